"""Who is asking: a bearer token in a header, or a browser's cookie together with its CSRF token."""

import io
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.request import Request

from accounts import cookies
from accounts.models import Account, Session
from accounts.services import sessions, tokens
from commonkeep.errors import NoSession, NotAllowed


class SessionAuthentication(BaseAuthentication):
    """`request.user` is the Account, `request.auth` the Session.

    A header that is there decides alone, so that a client never acts by a cookie it forgot about.
    """

    def authenticate(self, request: Request) -> tuple[Account, Session] | None:
        header = request.headers.get("Authorization")
        session = _by_cookie(request) if header is None else _by_header(header)
        return None if session is None else (session.account, session)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def enforce_csrf(request: Request) -> None:
    """Django's own check of origin and token, for whatever a cookie is sent along with or set by.

    Only the header counts, never a form field: looking for one would read the body, which may be
    a long stream. So the check sees the request without its body. Raises NotAllowed.
    """
    bodyless = {"wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0", "CONTENT_TYPE": ""}
    bare = WSGIRequest({**request.META, **bodyless})
    check = CSRFCheck(lambda _: None)  # type: ignore[arg-type]  # as DRF does
    check.process_request(bare)
    if check.process_view(bare, None, (), {}):  # type: ignore[arg-type]  # as DRF does
        raise NotAllowed


def _by_header(header: str) -> Session:
    scheme, _, text = header.partition(" ")
    token = tokens.read(text) if scheme.lower() == "bearer" else None
    session = token and sessions.by_token(token, transport=Session.Transport.BEARER)
    if not session:
        raise NoSession
    return session


def _by_cookie(request: Request) -> Session | None:
    token = cookies.SESSION.read(request)
    if token is None:
        return None
    enforce_csrf(request)
    return sessions.by_token(token, transport=Session.Transport.COOKIE)


class SessionAuthenticationScheme(OpenApiAuthenticationExtension):
    target_class = SessionAuthentication
    name = ["bearer", "cookie"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {"type": "http", "scheme": "bearer"},
            {
                "type": "apiKey",
                "in": "cookie",
                "name": cookies.SESSION.name,
                "description": "Requests that change something carry X-CSRFToken too.",
            },
        ]
