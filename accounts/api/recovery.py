from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import rates
from accounts.api.fields import AuthField, LoginField, TokenField
from accounts.api.grants import DeviceShape, GrantShape, device_of, granted
from accounts.api.prelogin import LoginShape
from accounts.api.public import PublicView
from accounts.api.shapes import PasswordSlotShape, RecoverySlotShape
from accounts.models.slot import AMK_BOX
from accounts.services import logins, recovery
from accounts.services.recovery import Renewal
from commonkeep.wire import BytesField, IdField, NumberField, Shape


class UserShape(Shape):
    user = IdField()


class UserView(PublicView):
    @extend_schema(operation_id="recovery_user", request=LoginShape, responses=UserShape)
    def post(self, request: Request) -> Response:
        login = LoginShape.read(request)["login"]
        rates.look_up(request)
        return Response(UserShape({"user": logins.user_of(login)}).data)


class CodeShape(Shape):
    login = LoginField()
    auth = AuthField()


class OpenedShape(Shape):
    user = IdField()
    box = BytesField(length=AMK_BOX)
    amk_gen = NumberField()
    ticket = TokenField()


class OpenView(PublicView):
    @extend_schema(operation_id="open_recovery", request=CodeShape, responses=OpenedShape)
    def post(self, request: Request) -> Response:
        body = CodeShape.read(request)
        rates.recovery(request, login=body["login"])
        opened = recovery.open_with(body["login"], auth=body["auth"])
        return Response(OpenedShape(opened).data)


class FinishShape(DeviceShape):
    ticket = TokenField()
    password = PasswordSlotShape()
    recovery = RecoverySlotShape()


class FinishView(PublicView):
    @extend_schema(operation_id="finish_recovery", request=FinishShape, responses={201: GrantShape})
    def post(self, request: Request) -> Response:
        body = FinishShape.read(request)
        rates.recovery_finish(request)
        device = device_of(request, body)
        new = Renewal(password=body["password"], recovery=body["recovery"], device=device)
        return granted(request, recovery.finish(body["ticket"], new=new))
