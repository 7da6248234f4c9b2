from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import rates
from accounts.access import SignedInOrClosing, account_of, session_of
from accounts.api.fields import AuthField
from accounts.services import closure
from commonkeep.wire import Shape, TimeField


class ProofShape(Shape):
    auth = AuthField()


class ClosesShape(Shape):
    closes_at = TimeField()


class ClosureView(APIView):
    permission_classes = (SignedInOrClosing,)

    @extend_schema(operation_id="close_account", request=ProofShape, responses=ClosesShape)
    def put(self, request: Request) -> Response:
        body = ProofShape.read(request)
        session = session_of(request)
        rates.proof(session)
        closes_at = closure.begin(session, auth=body["auth"])
        return Response(ClosesShape({"closes_at": closes_at}).data)

    @extend_schema(operation_id="undo_closure", responses={204: None})
    def delete(self, request: Request) -> Response:
        closure.undo(account_of(request).pk)
        return Response(status=204)
