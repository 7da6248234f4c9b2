"""The drive as a whole: room, change feed, trash."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import account_of
from commonkeep.pagination import PARAMETERS, limit_of, number_of, page_by_id, page_shape
from commonkeep.wire import IdField, NumberField, Shape, encode_id
from storage import access
from storage.models import Node
from storage.services import batches, changes, purge, quota
from storage.services.changes import Change
from storage.shapes import NodeShape
from storage.wire import node_json


class BatchLimitsShape(Shape):
    nodes = NumberField()
    file = NumberField()
    bytes = NumberField()


class DriveShape(Shape):
    root = IdField()  # type: ignore[assignment]  # a member; DRF takes it off the class
    change = NumberField()
    used = NumberField()
    reserved = NumberField()
    ceiling = NumberField()
    batch = BatchLimitsShape()


class DriveView(APIView):
    @extend_schema(operation_id="drive", responses=DriveShape)
    def get(self, request: Request) -> Response:
        drive = access.drive(account_of(request))
        return Response(
            {
                "root": encode_id(drive.pk),
                "change": drive.change,
                "used": drive.used,
                "reserved": drive.reserved,
                "ceiling": quota.ceiling(drive.pk),
                "batch": {
                    "nodes": batches.MOST_NODES,
                    "file": batches.MOST_FILE,
                    "bytes": batches.MOST_CONTENT,
                },
            }
        )


class ChangeShape(Shape):
    change = NumberField()
    node = NodeShape(required=False)
    purged = IdField(required=False)


class ChangesShape(Shape):
    items = ChangeShape(many=True)
    next = NumberField()
    more = serializers.BooleanField()


class ChangesView(APIView):
    @extend_schema(
        operation_id="changes",
        parameters=[OpenApiParameter("after", int), PARAMETERS[1]],
        responses=ChangesShape,
    )
    def get(self, request: Request) -> Response:
        after = number_of(request.query_params.get("after", "0"), field="after")
        drive = access.drive(account_of(request))
        found, more = changes.after(drive, after, limit=limit_of(request))
        last = found[-1].change if found else after
        return Response({"items": [_json(item) for item in found], "next": last, "more": more})


class TrashView(APIView):
    @extend_schema(
        operation_id="trash_list",
        parameters=PARAMETERS,
        responses=page_shape("TrashPage", NodeShape(many=True)),
    )
    def get(self, request: Request) -> Response:
        drive = access.drive(account_of(request))
        rows = Node.objects.filter(drive=drive, trashed_at__isnull=False, purging=False)
        items, following = page_by_id(request, rows.select_related("current"))
        return Response({"items": [node_json(node) for node in items], "next": following})

    @extend_schema(operation_id="trash_empty", responses={204: None})
    def delete(self, request: Request) -> Response:
        purge.empty_trash(account_of(request))
        return Response(status=204)


def _json(item: Change) -> dict[str, Any]:
    if item.node is not None:
        return {"change": item.change, "node": node_json(item.node)}
    assert item.purged is not None
    return {"change": item.change, "purged": encode_id(item.purged)}
