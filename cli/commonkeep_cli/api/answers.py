"""What comes back over HTTP, before its meaning: documents, streams of octets, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from urllib3.exceptions import HTTPError

from ..errors import Failure
from .fields import refuse
from .problems import problem_of

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

ANSWER_MAX: Final = 64 * 2**20
PROBLEM_MAX: Final = 2**20
_CHUNK: Final = 2**18


class Lost(Failure):
    """The connection broke while an answer was read; what came so far may be short."""


class Octets:
    """An answer of octets while it is being read."""

    def __init__(self, response: BaseHTTPResponse) -> None:
        self._response = response

    def chunks(self, size: int = _CHUNK) -> Iterator[bytes]:
        """Pieces of at most `size` bytes, to the end. Raises Lost if it breaks before that."""
        with _named_lost():
            yield from self._response.stream(size, decode_content=False)

    def read(self, limit: int) -> bytes:
        """All of it. Raises Refused if it is longer than `limit`, Lost if it breaks."""
        return _limited(self.chunks(), limit)


class _named_lost:
    """urllib3's faults while reading, as `Lost`."""

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, HTTPError | OSError):
            raise Lost("The connection to the server broke.", hint="Try again.") from error


def document(response: BaseHTTPResponse) -> object:
    """The JSON of an answer. Raises Refused if it is none, or larger than any answer is."""
    data = _limited(response.stream(_CHUNK, decode_content=False), ANSWER_MAX)
    try:
        return json.loads(data.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise refuse("no JSON") from None


def refusal(response: BaseHTTPResponse) -> Failure:
    """The failure behind an answer that is no success."""
    if 300 <= response.status < 400:
        return Failure(
            "The server sends this request to another address, which is not followed.",
            hint="Give the address it is really at with --server.",
        )
    data = _limited(response.stream(_CHUNK, decode_content=False), PROBLEM_MAX)
    try:
        return problem_of(response.status, json.loads(data.decode()))
    except (ValueError, RecursionError):
        return problem_of(response.status, None)


def _limited(chunks: Iterator[bytes], limit: int) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > limit:
            raise refuse("too long")
    return bytes(data)


def _no_number(_: str) -> float:
    raise ValueError
