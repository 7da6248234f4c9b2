"""Every refusal: one class each, one JSON shape (RFC 9457 problem details), one handler.

A `Problem` has a stable `code` for programs, a status, a sentence saying what happened, and a hint
saying what to do. `lost` says whether anything that was kept before is gone; it never is.
docs/api.md lists every code; a test compares the two.
"""

import logging
from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from commonkeep.blobs import Missing, StoreAway

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """A refusal that reaches the client. Keyword arguments become members of the answer."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = ""
    detail: ClassVar[str] = ""
    hint: ClassVar[str] = ""

    def __init__(self, **members: Any) -> None:
        super().__init__(self.code)
        self.members = members

    def body(self) -> dict[str, Any]:
        return {
            "type": f"urn:commonkeep:problem:{self.code}",
            "title": self.code.replace("-", " ").capitalize(),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "hint": self.hint,
            "lost": "nothing",
            **self.members,
        }

    def headers(self) -> dict[str, str]:
        return {}


class Malformed(Problem):
    status, code = 400, "malformed"
    detail = "The request does not have the shape that this address takes."
    hint = "`fields` names what is wrong; docs/api.md and the OpenAPI document show the shape."


class NoSession(Problem):
    status, code = 401, "no-session"
    detail = "There is no session behind this request, or it has ended."
    hint = "Sign in again."

    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class NotAllowed(Problem):
    status, code = 403, "not-allowed"
    detail = "This session may not do that."
    hint = "From a browser, send the CSRF token; else sign in with an account that may."


class NotFound(Problem):
    status, code = 404, "not-found"
    detail = "There is nothing here, or nothing that this account may see."
    hint = "List the folder again: it may have been moved or removed by another device."


class MethodNotAllowed(Problem):
    status, code = 405, "method-not-allowed"
    detail = "This address does not take that method."
    hint = "The OpenAPI document lists what it takes."


class NotAcceptable(Problem):
    status, code = 406, "not-acceptable"
    detail = "This address does not answer in the type that was asked for."
    hint = "Accept application/json, or */*."


class TooLarge(Problem):
    status, code = 413, "too-large"
    detail = "The request is larger than this address takes."
    hint = "`most` says how many bytes it takes; send less at once."


class UnsupportedMediaType(Problem):
    status, code = 415, "unsupported-media-type"
    detail = "This address does not take a body of that type."
    hint = "Send application/json, or what docs/api.md names for this address."


class TooFast(Problem):
    """Raised with `seconds`, which also becomes the `Retry-After` header."""

    status, code = 429, "too-fast"
    detail = "Too many tries in a short time."
    hint = "Wait for the seconds that `Retry-After` names, then try again."

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.members["seconds"])}


class Internal(Problem):
    status, code = 500, "internal"
    detail = "The server made a mistake. What was acknowledged before is safe."
    hint = "Try again; if it stays, tell the operator the time at which it happened."


class Unavailable(Problem):
    status, code = 503, "unavailable"
    detail = "A part of the service does not answer right now. What was acknowledged is safe."
    hint = "Try again in a minute; what was sent so far is kept."

    def headers(self) -> dict[str, str]:
        return {"Retry-After": "10"}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: whatever a view raised, as one problem; None for a real fault."""
    problem = _problem_of(error)
    if problem is None:
        return None
    response = Response(problem.body(), status=problem.status, headers=problem.headers())
    response.content_type = CONTENT_TYPE
    return response


_BY_STATUS: dict[int, type[Problem]] = {
    kind.status: kind for kind in (NoSession, NotAllowed, NotFound, MethodNotAllowed, NotAcceptable)
} | {415: UnsupportedMediaType}


def _problem_of(error: Exception) -> Problem | None:
    match error:
        case Problem():
            return error
        case exceptions.ValidationError():
            return Malformed(fields=list(_faults(error.get_full_details())))
        case exceptions.ParseError() | TooManyFilesSent():
            return Malformed(fields=[{"field": "", "fault": "The body cannot be parsed."}])
        case RequestDataTooBig():
            return TooLarge(most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        case Http404():
            return NotFound()
        case StoreAway() | Missing() | OperationalError() | InterfaceError():
            log.error("a store or the database failed a request", exc_info=error)
            return Unavailable()
        case exceptions.APIException() if error.status_code in _BY_STATUS:
            return _BY_STATUS[error.status_code]()
    return None


def _faults(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested details as a flat list of {field, fault}; `nodes.3.record` names an item."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        field = path.removesuffix("non_field_errors").removesuffix(".")
        yield {"field": _sendable(field), "fault": _sendable(str(details["message"]))}
    elif isinstance(details, dict):
        for key, value in details.items():
            yield from _faults(value, f"{path}.{key}" if path else str(key))
    else:
        for value in details:
            yield from _faults(value, path)


def _sendable(text: str) -> str:
    """Both may quote the request, and JSON can name half a surrogate pair, which no UTF-8 has."""
    return text[:200].encode("utf-8", "backslashreplace").decode("utf-8")


def _page(problem: Problem) -> JsonResponse:
    return JsonResponse(
        problem.body(), status=problem.status, headers=problem.headers(), content_type=CONTENT_TYPE
    )


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _page(_problem_of(exception) or Malformed(fields=[]))


def permission_denied(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _page(NotAllowed())


def page_not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _page(NotFound())


def server_error(request: HttpRequest) -> JsonResponse:
    return _page(Internal())
