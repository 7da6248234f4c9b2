from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.public import PublicView


class CsrfView(PublicView):
    @extend_schema(operation_id="csrf", responses={204: None})
    def get(self, request: Request) -> Response:
        """Sets the `csrftoken` cookie, for a browser that is about to sign in."""
        get_token(request._request)
        return Response(status=204)
