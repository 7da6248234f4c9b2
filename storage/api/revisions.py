"""Contents on their way out, as octets."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.access import SignedInOrClosing, account_of
from commonkeep.errors import NotFound
from commonkeep.wire import IdField, Shape
from storage import access
from storage.errors import RangeNotSatisfiable
from storage.models import Revision
from storage.services import batches, content
from storage.services.content import Reading

OCTETS = {(200, "application/octet-stream"): OpenApiTypes.BINARY}
RANGE = OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="bytes=first-last")


class RevisionView(APIView):
    @extend_schema(
        operation_id="revision",
        parameters=[RANGE],
        responses=OCTETS | {(206, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, rev: UUID) -> HttpResponseBase:
        revision = access.revision(account_of(request), rev)
        header = request.headers.get("Range")
        if header is None:
            return _answer(Reading([revision]))
        start, stop = _range(header, revision)
        response = _answer(Reading([revision], start, stop))
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{revision.size}"
        return response


class ReadShape(Shape):
    revs = serializers.ListField(
        child=IdField(), min_length=1, max_length=batches.MOST_NODES, allow_empty=False
    )


class ReadView(APIView):
    permission_classes = (SignedInOrClosing,)  # a POST, but it only reads

    @extend_schema(operation_id="revisions_read", request=ReadShape, responses=OCTETS)
    def post(self, request: Request) -> HttpResponseBase:
        body = ReadShape(data=request.data)
        body.is_valid(raise_exception=True)
        found = access.revisions(account_of(request), body.validated_data["revs"])
        return _answer(Reading(found))


class TreeView(APIView):
    @extend_schema(operation_id="revision_tree", responses=OCTETS)
    def get(self, request: Request, rev: UUID) -> HttpResponseBase:
        revision = access.revision(account_of(request), rev)
        return _stream(content.tree(revision), 32 * content.segment_count(revision.size))


class ThumbView(APIView):
    @extend_schema(operation_id="revision_thumb", responses=OCTETS)
    def get(self, request: Request, rev: UUID) -> HttpResponseBase:
        thumb = access.revision(account_of(request), rev).thumb
        if thumb is None:
            raise NotFound
        return _stream(iter([bytes(thumb)]), len(thumb))


class WindowResponse(FileResponse):
    """A window that the WSGI server may hand to sendfile; Django would measure the whole file."""

    def set_headers(self, filelike: Any) -> None:
        self["Content-Length"] = str(filelike.length)


def _answer(reading: Reading) -> HttpResponseBase:
    window = reading.window()
    if window is None:
        return _stream(reading.chunks(), reading.length)
    return _labelled(WindowResponse(window, content_type="application/octet-stream"))


def _stream(chunks: Iterator[bytes], length: int) -> HttpResponseBase:
    response = StreamingHttpResponse(content.begun(chunks), content_type="application/octet-stream")
    response["Content-Length"] = str(length)
    return _labelled(response)


def _labelled(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "private, no-store"
    response["Accept-Ranges"] = "bytes"
    return response


def _range(header: str, revision: Revision) -> tuple[int, int]:
    """First byte and the one after the last. One range; `bytes=5-` and `bytes=-5` too."""
    match = re.fullmatch(r"bytes=([0-9]{0,15})-([0-9]{0,15})", header)
    if not match or match[0] == "bytes=-":
        raise RangeNotSatisfiable(size=revision.size)
    if not match[1]:
        start, stop = max(0, revision.size - int(match[2])), revision.size
    else:
        start = int(match[1])
        stop = min(revision.size, int(match[2]) + 1) if match[2] else revision.size
    if start >= stop:
        raise RangeNotSatisfiable(size=revision.size)
    return start, stop
