"""All addresses. Each app brings its own under /api/v1/."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

handler400 = "commonkeep.errors.bad_request"
handler403 = "commonkeep.errors.permission_denied"
handler404 = "commonkeep.errors.page_not_found"
handler500 = "commonkeep.errors.server_error"

urlpatterns = [
    path("api/v1/openapi", SpectacularAPIView.as_view(), name="openapi"),
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("storage.urls")),
]
