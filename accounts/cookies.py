"""The cookies of a browser session. Scripts cannot read them; other sites cannot send them."""

from dataclasses import dataclass

from django.conf import settings
from django.http.response import HttpResponseBase
from django.middleware import csrf
from rest_framework.request import Request

from accounts.services import sessions, tokens
from commonkeep import wire


@dataclass(frozen=True, slots=True)
class Cookie:
    """A token in a cookie that lives for so many seconds."""

    plain_name: str
    seconds: int

    @property
    def name(self) -> str:
        """With the prefix a browser holds it to this very host: no subdomain can plant one."""
        return f"__Host-{self.plain_name}" if settings.SECURE else self.plain_name

    def read(self, request: Request) -> bytes | None:
        return tokens.read(request.COOKIES.get(self.name, ""))

    def write(self, response: HttpResponseBase, *, token: bytes) -> None:
        response.set_cookie(
            self.name,
            wire.encode(token),
            max_age=self.seconds,
            secure=settings.SECURE,
            httponly=True,
            samesite="Strict",
        )

    def clear(self, response: HttpResponseBase) -> None:
        response.delete_cookie(self.name, samesite="Strict")


SESSION = Cookie("commonkeep_session", int(sessions.IDLE_FOR.total_seconds()))
DEVICE = Cookie("commonkeep_device", int(sessions.DEVICE_FORGOTTEN_AFTER.total_seconds()))


def set_session(request: Request, response: HttpResponseBase, *, grant: sessions.Grant) -> None:
    """The cookies of a new session; the CSRF token from before it does not outlive it."""
    SESSION.write(response, token=grant.token)
    DEVICE.write(response, token=grant.device_token)
    csrf.rotate_token(request._request)
