"""Many folders and small files in one request."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import account_of
from commonkeep.errors import Malformed, TooLarge
from commonkeep.format import FILE, HEADER, TAG
from commonkeep.parsers import content_length
from commonkeep.wire import BytesField, IdField, NumberField, Shape
from storage.services import batches
from storage.services.placing import Item
from storage.shapes import MOST_THUMB, NodeShape, RecordShape

MOST_REQUEST = batches.MOST_CONTENT + 2 * 1024 * 1024


class ItemShape(Shape):
    record = RecordShape()
    rev = IdField(allow_null=True)
    size = NumberField(allow_null=True, least=HEADER + TAG, most=batches.MOST_FILE)
    thumb = BytesField(required=False, allow_null=True, least=1, most=MOST_THUMB)

    default_error_messages = {"file": "A file has rev and size, a folder neither, nor a thumb."}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        brings = [attrs["rev"] is not None, attrs["size"] is not None]
        if attrs["record"].type != FILE:
            brings.append(attrs.get("thumb") is not None)
            if any(brings):
                self.fail("file")
        elif not all(brings):
            self.fail("file")
        return attrs


class ItemsShape(Shape):
    nodes = serializers.ListField(child=ItemShape(), min_length=1, max_length=batches.MOST_NODES)


class BatchShape(serializers.Serializer[Any]):
    nodes = serializers.JSONField()
    content = serializers.FileField(required=False)


class PlacedShape(Shape):
    nodes = NodeShape(many=True)


class BatchView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="batch", request=BatchShape, responses=PlacedShape)
    def post(self, request: Request) -> Response:
        if content_length(request) > MOST_REQUEST:
            raise TooLarge(most=MOST_REQUEST)
        items = _items(request)
        content = _content(request, items)
        placed = batches.put(account_of(request), items, content)
        return Response(PlacedShape({"nodes": placed}).data)


def _items(request: Request) -> list[Item]:
    try:
        document = json.loads(str(request.POST.get("nodes", "")))
    except (ValueError, RecursionError):
        raise Malformed(fields=[{"field": "nodes", "fault": "Not JSON."}]) from None
    body = ItemsShape(data=document)
    body.is_valid(raise_exception=True)
    return [
        Item(each["record"], each["rev"], each["size"], each.get("thumb"))
        for each in body.validated_data["nodes"]
    ]


def _content(request: Request, items: list[Item]) -> bytes:
    file = request.FILES.get("content")
    content = bytes(file.read()) if file else b""
    if len(content) > batches.MOST_CONTENT:
        raise TooLarge(most=batches.MOST_CONTENT)
    if len(content) != sum(item.size or 0 for item in items):
        raise Malformed(fields=[{"field": "content", "fault": "Not as long as the sizes say."}])
    return content
