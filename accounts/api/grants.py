"""The answer to whoever has just signed up, signed in or recovered, in JSON or in cookies."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts import cookies
from accounts.api.fields import DeviceNameField, LoginField, TokenField, TransportField
from accounts.api.shapes import CertificateShape, DerivationShape
from accounts.authentication import enforce_csrf
from accounts.models import Session
from accounts.models.slot import AMK_BOX
from accounts.services.sessions import Device, Grant
from commonkeep.wire import BytesField, IdField, NumberField, Shape, TimeField

COOKIE = Session.Transport.COOKIE


class DeviceShape(Shape):
    """The part of a body that says where the session is to live."""

    device_name = DeviceNameField()
    transport = TransportField(required=False, default=Session.Transport.BEARER)


class PasswordBoxShape(DerivationShape):
    box = BytesField(length=AMK_BOX)


class GrantShape(Shape):
    session = IdField(source="session.id")
    token = TokenField(allow_null=True)
    device_token = TokenField(allow_null=True)
    user = IdField(source="account.id")
    login = LoginField(source="account.login")
    closes_at = TimeField(source="account.closes_at", allow_null=True)
    amk_gen = NumberField(source="password.amk_gen")
    password = PasswordBoxShape()
    certificate = CertificateShape()


def device_of(request: Request, body: dict[str, Any]) -> Device:
    """Where the session is to live. One in cookies is only given to our own pages: NotAllowed."""
    transport, token = body["transport"], body.get("device_token")
    if transport == COOKIE:
        enforce_csrf(request)
        token = token or cookies.DEVICE.read(request)
    return Device(name=body["device_name"], transport=transport, token=token)


def granted(request: Request, grant: Grant) -> Response:
    answer = dict(GrantShape(grant).data)
    if grant.session.transport != COOKIE:
        return Response(answer, status=201)
    response = Response(answer | {"token": None, "device_token": None}, status=201)
    cookies.set_session(request, response, grant=grant)
    return response
