"""Large files on their way in."""

import base64
import re
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import account_of
from commonkeep.errors import Malformed, TooLarge
from commonkeep.format import MOST_CIPHERTEXT
from commonkeep.pagination import PARAMETERS, page_by_id, page_shape
from commonkeep.parsers import content_length
from commonkeep.wire import BytesField, IdField, NumberField, Shape
from storage import access
from storage.models import Upload
from storage.services import uploads
from storage.shapes import (
    MOST_THUMB,
    NodeShape,
    RecordShape,
    UploadShape,
    UploadWithPartsShape,
)
from storage.wire import node_json


class StartShape(Shape):
    node = IdField()
    rev = IdField()
    parent = IdField()  # type: ignore[assignment]  # a member; DRF takes it off the class
    size = NumberField(least=1, allow_null=True)


class UploadsView(APIView):
    @extend_schema(
        operation_id="upload_list",
        parameters=PARAMETERS,
        responses=page_shape("UploadPage", UploadShape(many=True)),
    )
    def get(self, request: Request) -> Response:
        drive = access.drive(account_of(request))
        rows = Upload.objects.filter(drive=drive, expires_at__gt=timezone.now())
        items, following = page_by_id(request, rows)
        return Response({"items": UploadShape(items, many=True).data, "next": following})

    @extend_schema(
        operation_id="upload_start", request=StartShape, responses={201: UploadWithPartsShape}
    )
    def post(self, request: Request) -> Response:
        body = StartShape(data=request.data)
        body.is_valid(raise_exception=True)
        upload = uploads.start(account_of(request), **body.validated_data)
        return Response(UploadWithPartsShape(upload).data, status=201)


class UploadView(APIView):
    @extend_schema(operation_id="upload", responses=UploadWithPartsShape)
    def get(self, request: Request, rev: UUID) -> Response:
        return Response(UploadWithPartsShape(access.upload(account_of(request), rev)).data)

    @extend_schema(operation_id="upload_cancel", responses={204: None})
    def delete(self, request: Request, rev: UUID) -> Response:
        uploads.cancel(access.any_upload(account_of(request), rev))
        return Response(status=204)


class OctetsParser(BaseParser):
    """Leaves the body where it is, to be read as it arrives."""

    media_type = "application/octet-stream"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


class PartView(APIView):
    parser_classes = [OctetsParser]

    @extend_schema(
        operation_id="upload_part",
        parameters=[
            OpenApiParameter(
                "Content-Digest",
                str,
                OpenApiParameter.HEADER,
                required=True,
                description="RFC 9530",
            )
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={204: None},
    )
    def put(self, request: Request, rev: UUID, n: int) -> Response:
        upload = access.upload(account_of(request), rev)
        size = _length(request, upload)
        sha256 = _digest(request)
        uploads.receive_part(upload, n, request.stream or request, size=size, sha256=sha256)
        return Response(status=204)


class CompleteShape(Shape):
    record = RecordShape()
    size = NumberField(least=1, most=MOST_CIPHERTEXT)
    thumb = BytesField(required=False, allow_null=True, least=1, most=MOST_THUMB)


class CompleteView(APIView):
    @extend_schema(operation_id="upload_complete", request=CompleteShape, responses=NodeShape)
    def post(self, request: Request, rev: UUID) -> Response:
        body = CompleteShape(data=request.data)
        body.is_valid(raise_exception=True)
        node = uploads.complete(
            account_of(request),
            rev,
            body.validated_data["record"],
            size=body.validated_data["size"],
            thumb=body.validated_data.get("thumb"),
        )
        return Response(node_json(node))


def _length(request: Request, upload: Upload) -> int:
    length = content_length(request)
    if length > upload.part_size:
        raise TooLarge(most=upload.part_size)
    return length


def _digest(request: Request) -> bytes:
    header = request.headers.get("Content-Digest", "")
    match = re.fullmatch(r"sha-256=:([A-Za-z0-9+/]{43}=):", header)
    if not match:
        fault = "Not of the form sha-256=:<base64>:"
        raise Malformed(fields=[{"field": "Content-Digest", "fault": fault}])
    return base64.b64decode(match[1])
