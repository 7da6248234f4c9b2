"""The cookies of a browser session. Scripts cannot read them; other sites cannot send them."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware import csrf
from rest_framework.request import Request

from accounts.services import sessions, tokens
from commonkeep import wire


class Cookie(NamedTuple):
    name: str
    seconds: int

    def read(self, request: HttpRequest | Request) -> bytes | None:
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


# With the prefix a browser holds the cookie to this very host: no subdomain can plant one.
_PREFIX = "__Host-" if settings.SECURE else ""
SESSION = Cookie(f"{_PREFIX}commonkeep_session", int(sessions.IDLE_FOR.total_seconds()))
DEVICE = Cookie(f"{_PREFIX}commonkeep_device", int(sessions.DEVICE_FORGOTTEN_AFTER.total_seconds()))


def set_session(request: Request, response: HttpResponseBase, *, grant: sessions.Grant) -> None:
    """The cookies of a new session; the CSRF token from before it does not outlive it."""
    SESSION.write(response, token=grant.token)
    DEVICE.write(response, token=grant.device_token)
    csrf.rotate_token(request._request)
