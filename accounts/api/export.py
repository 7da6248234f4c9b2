from django.http import StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.access import account_of
from accounts.services import export
from commonkeep.wire import Shape


class ExportShape(Shape):
    """One member for each part of the service that holds something about the account."""


class ExportView(APIView):
    @extend_schema(operation_id="export_account", responses=ExportShape)
    def get(self, request: Request) -> StreamingHttpResponse:
        pieces = (piece.encode() for piece in export.document(account_of(request)))
        return StreamingHttpResponse(
            pieces,
            content_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="commonkeep-account.json"'},
        )
