from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import rates
from accounts.api.fields import LoginField
from accounts.api.grants import DeviceShape, GrantShape, device_of, granted
from accounts.api.public import PublicView
from accounts.api.shapes import CertificateShape, PasswordSlotShape, RecoverySlotShape
from accounts.services import signup
from accounts.services.signup import Application
from commonkeep.wire import IdField, NumberField


class SignUpShape(DeviceShape):
    login = LoginField()
    user = IdField()
    password = PasswordSlotShape()
    recovery = RecoverySlotShape()
    amk_gen = NumberField(least=1, most=1)
    certificate = CertificateShape()


class SignUpView(PublicView):
    @extend_schema(operation_id="sign_up", request=SignUpShape, responses={201: GrantShape})
    def post(self, request: Request) -> Response:
        body = SignUpShape.read(request)
        rates.sign_up(request)
        device = device_of(request, body)
        del body["device_name"], body["transport"]
        return granted(request, signup.sign_up(Application(**body, device=device)))
