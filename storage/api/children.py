"""Listing folders: one, page by page, or many small ones at once."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import SignedInOrClosing, account_of
from commonkeep.errors import Malformed
from commonkeep.pagination import MOST, PARAMETERS, page_by_id, page_shape
from commonkeep.wire import IdField, Shape, decode, encode_id
from storage import access
from storage.models import Node
from storage.services import listings
from storage.services.listings import Listing
from storage.shapes import NodeShape
from storage.wire import node_json

MOST_FOLDERS = 100


class ChildrenView(APIView):
    @extend_schema(
        operation_id="node_children",
        parameters=[*PARAMETERS, OpenApiParameter("tag", str, description="One name's tag.")],
        responses=page_shape("NodePage", NodeShape(many=True)),
    )
    def get(self, request: Request, node: UUID) -> Response:
        folder = access.folder(account_of(request), node)
        rows = Node.objects.filter(parent=folder, trashed_at__isnull=True)
        if tag := request.query_params.get("tag"):
            rows = rows.filter(tag=_tag(tag))
        items, following = page_by_id(request, rows.select_related("current"))
        return Response({"items": [node_json(child) for child in items], "next": following})


class FoldersShape(Shape):
    folders = serializers.ListField(child=IdField(), min_length=1, max_length=MOST_FOLDERS)


class ListingShape(Shape):
    folder = IdField()
    items = NodeShape(many=True)
    next = serializers.CharField(allow_null=True)


class ListingsShape(Shape):
    folders = ListingShape(many=True)


class ManyChildrenView(APIView):
    permission_classes = (SignedInOrClosing,)  # a POST, but it only reads

    @extend_schema(operation_id="children", request=FoldersShape, responses=ListingsShape)
    def post(self, request: Request) -> Response:
        wanted = FoldersShape.read(request)["folders"]
        folders = access.folders(account_of(request), wanted)
        found = listings.of(folders, limit=MOST)
        return Response({"folders": [_json(listing) for listing in found]})


def _json(listing: Listing) -> dict[str, Any]:
    return {
        "folder": encode_id(listing.folder),
        "items": [node_json(node) for node in listing.nodes],
        "next": None if listing.whole else encode_id(listing.nodes[-1].pk),
    }


def _tag(text: str) -> bytes:
    try:
        return decode(text)
    except ValueError:
        raise Malformed(fields=[{"field": "tag", "fault": "Not base64url."}]) from None
