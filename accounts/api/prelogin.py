from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import rates
from accounts.api.fields import LoginField
from accounts.api.public import PublicView
from accounts.api.shapes import DerivationShape
from accounts.services import logins
from commonkeep.wire import Shape


class LoginShape(Shape):
    login = LoginField()


class PreloginView(PublicView):
    @extend_schema(operation_id="prelogin", request=LoginShape, responses=DerivationShape)
    def post(self, request: Request) -> Response:
        login = LoginShape.read(request)["login"]
        rates.look_up(request)
        account_salt, profile = logins.prelogin(login)
        return Response(DerivationShape({"account_salt": account_salt, "profile": profile}).data)
