"""One node: read it, change its record, into the trash and out of it, its versions."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import account_of
from commonkeep.pagination import PARAMETERS, page_downwards, page_shape
from commonkeep.wire import IdField, Shape
from storage import access
from storage.models import Revision
from storage.services import purge, tree
from storage.shapes import NodeShape, RecordShape, RevisionShape
from storage.wire import node_json


class ChangeNodeShape(Shape):
    record = RecordShape()
    rev = IdField(allow_null=True)


class NodeView(APIView):
    @extend_schema(operation_id="node", responses=NodeShape)
    def get(self, request: Request, node: UUID) -> Response:
        return Response(node_json(access.node(account_of(request), node)))

    @extend_schema(operation_id="node_change", request=ChangeNodeShape, responses=NodeShape)
    def put(self, request: Request, node: UUID) -> Response:
        found = access.node(account_of(request), node)
        body = ChangeNodeShape(data=request.data)
        body.is_valid(raise_exception=True)
        changed = tree.change(
            account_of(request),
            found.id,
            body.validated_data["record"],
            rev=body.validated_data["rev"],
        )
        return Response(node_json(changed))

    @extend_schema(operation_id="node_remove", responses={204: None})
    def delete(self, request: Request, node: UUID) -> Response:
        purge.remove(account_of(request), node)
        return Response(status=204)


class RevisionsView(APIView):
    @extend_schema(
        operation_id="node_revisions",
        parameters=PARAMETERS,
        responses=page_shape("RevisionPage", RevisionShape(many=True)),
    )
    def get(self, request: Request, node: UUID) -> Response:
        found = access.node(account_of(request), node)
        rows = Revision.objects.filter(node=found).select_related("node")
        items, following = page_downwards(request, rows, by="ver")
        return Response({"items": RevisionShape(items, many=True).data, "next": following})


class TrashNodeView(APIView):
    @extend_schema(operation_id="node_trash", request=None, responses=NodeShape)
    def post(self, request: Request, node: UUID) -> Response:
        return Response(
            node_json(tree.trash(account_of(request), access.node(account_of(request), node).id))
        )


class RestoreShape(Shape):
    record = RecordShape(required=False)


class RestoreNodeView(APIView):
    @extend_schema(operation_id="node_restore", request=RestoreShape, responses=NodeShape)
    def post(self, request: Request, node: UUID) -> Response:
        found = access.node(account_of(request), node)
        body = RestoreShape(data=request.data)
        body.is_valid(raise_exception=True)
        restored = tree.restore(account_of(request), found.id, body.validated_data.get("record"))
        return Response(node_json(restored))
