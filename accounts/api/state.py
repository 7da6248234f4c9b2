from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import account_of
from accounts.api.fields import StateBoxField
from accounts.services import states
from commonkeep.wire import NumberField, Shape


class StateShape(Shape):
    version = NumberField()
    box = StateBoxField(allow_null=True)


class NewStateShape(Shape):
    version = NumberField(most=states.VERSION_MOST)
    box = StateBoxField()


class VersionShape(Shape):
    version = NumberField()


class StateView(APIView):
    @extend_schema(operation_id="account_state", responses=StateShape)
    def get(self, request: Request) -> Response:
        return Response(StateShape(states.read(account_of(request))).data)

    @extend_schema(operation_id="write_state", request=NewStateShape, responses=VersionShape)
    def put(self, request: Request) -> Response:
        body = NewStateShape.read(request)
        version = states.write(account_of(request), version=body["version"], box=body["box"])
        return Response(VersionShape({"version": version}).data)
