from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import cookies, rates
from accounts.access import Anyone, SignedInOrClosing, account_of, session_of
from accounts.api.fields import AuthField, DeviceNameField, LoginField, TokenField, TransportField
from accounts.api.grants import DeviceShape, GrantShape, device_of, granted
from accounts.models import Session
from accounts.services import sessions, signin
from commonkeep.pagination import PARAMETERS, page_by_id, page_shape
from commonkeep.wire import IdField, Shape, TimeField


class SignInShape(DeviceShape):
    login = LoginField()
    auth = AuthField()
    device_token = TokenField(required=False, allow_null=True, default=None)


class SessionShape(Shape):
    session = IdField(source="id")
    device_name = DeviceNameField()
    created_at = TimeField()
    seen_at = TimeField()
    current = serializers.SerializerMethodField()
    transport = TransportField()

    def get_current(self, row: Session) -> bool:
        return bool(row == self.context["current"])


class SessionsView(APIView):
    """Sign in without a session; list them with one."""

    def perform_authentication(self, request: Request) -> None:
        if request.method != "POST":  # a stale cookie must not keep anybody from signing in
            super().perform_authentication(request)

    def get_permissions(self) -> Sequence[Any]:
        return [Anyone()] if self.request.method == "POST" else super().get_permissions()

    @extend_schema(
        operation_id="sign_in", auth=[], request=SignInShape, responses={201: GrantShape}
    )
    def post(self, request: Request) -> Response:
        body = SignInShape.read(request)
        device = device_of(request, body)
        rates.sign_in(request, login=body["login"], device_token=device.token)
        return granted(request, signin.sign_in(body["login"], auth=body["auth"], device=device))

    @extend_schema(
        operation_id="list_sessions",
        parameters=PARAMETERS,
        responses=page_shape("SessionsPage", SessionShape(many=True)),
    )
    def get(self, request: Request) -> Response:
        rows, following = page_by_id(request, account_of(request).sessions.all())
        items = SessionShape(rows, many=True, context={"current": session_of(request)})
        return Response({"items": items.data, "next": following})


class SessionView(APIView):
    permission_classes = (SignedInOrClosing,)

    @extend_schema(operation_id="end_session", responses={204: None})
    def delete(self, request: Request, session: UUID) -> Response:
        sessions.end(account_of(request), session_id=session)
        return Response(status=204)


class CurrentSessionView(APIView):
    permission_classes = (SignedInOrClosing,)

    @extend_schema(operation_id="sign_out", responses={204: None})
    def delete(self, request: Request) -> Response:
        sessions.end(account_of(request), session_id=session_of(request).pk)
        response = Response(status=204)
        if session_of(request).transport == Session.Transport.COOKIE:
            cookies.SESSION.clear(response)
        return response


class OtherSessionsView(APIView):
    permission_classes = (SignedInOrClosing,)

    @extend_schema(operation_id="end_other_sessions", responses={204: None})
    def delete(self, request: Request) -> Response:
        sessions.end_others(session_of(request))
        return Response(status=204)
