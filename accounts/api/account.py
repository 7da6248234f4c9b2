from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import rates
from accounts.access import account_of, session_of
from accounts.api.fields import AuthField, LoginField
from accounts.api.shapes import CertificateShape, PasswordSlotShape
from accounts.models import KeySlot
from accounts.services import passwords
from commonkeep.wire import IdField, NumberField, Shape, TimeField


class AccountShape(Shape):
    user = IdField(source="id")
    login = LoginField()
    created_at = TimeField()
    closes_at = TimeField(allow_null=True)
    amk_gen = NumberField()
    certificate = CertificateShape()


class AccountView(APIView):
    @extend_schema(operation_id="account", responses=AccountShape)
    def get(self, request: Request) -> Response:
        account = account_of(request)
        return Response(
            AccountShape(
                {
                    "id": account.id,
                    "login": account.login,
                    "created_at": account.created_at,
                    "closes_at": account.closes_at,
                    "amk_gen": account.slots.get(method=KeySlot.Method.PASSWORD).amk_gen,
                    "certificate": account.certificates.latest("gen"),
                }
            ).data
        )


class NewPasswordShape(Shape):
    auth = AuthField()
    password = PasswordSlotShape()


class PasswordView(APIView):
    @extend_schema(operation_id="change_password", request=NewPasswordShape, responses={204: None})
    def put(self, request: Request) -> Response:
        body = NewPasswordShape.read(request)
        session = session_of(request)
        rates.proof(session)
        passwords.change(session, auth=body["auth"], new=body["password"])
        return Response(status=204)
