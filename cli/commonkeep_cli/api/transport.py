"""The one way to the server: requests, retries, refusals.

Every request of this API may be repeated, so a lost answer is met by asking again.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

import urllib3
from urllib3.exceptions import ClosedPoolError, HTTPError, NewConnectionError, SSLError

from ..errors import Failure
from .address import address_of, target
from .answers import Lost, Octets, document, refusal
from .fields import refuse
from .problems import ApiProblem

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

T = TypeVar("T")
Body = bytes | bytearray | memoryview
Query = Mapping[str, str | int]

CONNECTIONS: Final = 16
_CONNECT_SECONDS: Final = 10
_SILENCE_SECONDS: Final = 120
_SPREAD: Final = random.SystemRandom()
"""So that a crowd does not come back all at once."""

_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
_WAIT_MAX: Final = 120
_TRANSIENT: Final = {429, 502, 503, 504}


def _quietly(_: float) -> None:
    """Nobody wants to hear of pauses."""


class Api:
    """One server and one bearer token; may be used from several threads at once.

    `on_wait(seconds)` is told before a pause of a second or more. With `patient` off, a server
    that asks to wait is reported at once, which is what a person at a prompt needs.
    """

    def __init__(
        self,
        server: str,
        token: str | None = None,
        *,
        plain_http: bool = False,
        patient: bool = True,
        on_wait: Callable[[float], None] = _quietly,
    ) -> None:
        """Raises Usage for an address that cannot be used, or that would send things in clear."""
        self.address = address_of(server, plain_http=plain_http)
        self.token = token
        self.patient = patient
        self._on_wait = on_wait
        self._reached = False
        self._hung_up = threading.Event()
        self._pool = urllib3.connection_from_url(
            self.address.origin,
            maxsize=CONNECTIONS,
            retries=False,
            timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_SILENCE_SECONDS),
        )

    def json(
        self, method: str, path: str, body: object = None, *, query: Query | None = None
    ) -> object:
        """Send JSON (nothing for None) and read JSON (None for 204).

        `path` is below /api/v1/ and has no leading slash. Raises ApiProblem for a refusal,
        Failure for a server out of reach, Refused for an answer that is no JSON.
        """
        data = None if body is None else json.dumps(body).encode()
        return self.send(method, path, data, content_type="application/json", query=query)

    def send(
        self,
        method: str,
        path: str,
        data: Body | None,
        *,
        content_type: str = "application/octet-stream",
        headers: Mapping[str, str] | None = None,
        query: Query | None = None,
    ) -> object:
        """Send octets and read JSON (None for 204); otherwise like `json`."""
        kind = {} if data is None else {"Content-Type": content_type}
        sent = {**kind, **(headers or {})}
        url = target(path, query)
        return self._retried(lambda: self._exchange(method, url, data, sent))

    @contextmanager
    def octets(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        first: int | None = None,
        last: int | None = None,
    ) -> Iterator[Octets]:
        """Open an answer of octets; `first` and `last` ask for that range, both included.

        Getting the answer started is retried, its stream is not: a connection that breaks in the
        middle raises Lost while reading, and the caller asks for the rest.
        """
        data = None if body is None else json.dumps(body).encode()
        sent = {} if data is None else {"Content-Type": "application/json"}
        if first is not None:
            sent["Range"] = f"bytes={first}-{'' if last is None else last}"
        url = target(path)
        response = self._retried(lambda: self._open(method, url, data, sent))
        try:
            if first is not None and response.status != 206:
                raise refuse("range")
            yield Octets(response)
        finally:
            _give_back(response)

    def close(self) -> None:
        """Hang up."""
        self._hung_up.set()
        self._pool.close()

    def _exchange(
        self, method: str, url: str, data: Body | None, headers: Mapping[str, str]
    ) -> object:
        response = self._open(method, url, data, headers)
        try:
            return None if response.status == 204 else document(response)
        finally:
            _give_back(response)

    def _open(
        self, method: str, url: str, data: Body | None, headers: Mapping[str, str]
    ) -> BaseHTTPResponse:
        """The answer, its headers read. Raises what anything but 200 to 299 stands for."""
        response = self._pool.request(
            method,
            url,
            body=data,  # type: ignore[arg-type]  # urllib3 sends any buffer; its types say less
            headers={**self._standing_headers(), **headers},
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        self._reached = True
        if 200 <= response.status < 300:
            return response
        try:
            problem = refusal(response)
            problem.retry_after = _retry_after(response)
            raise problem
        finally:
            _give_back(response)

    def _standing_headers(self) -> dict[str, str]:
        standing = {"User-Agent": "commonkeep", "Accept-Encoding": "identity"}
        if self.token is not None:
            standing["Authorization"] = f"Bearer {self.token}"
        return standing

    def _retried(self, request: Callable[[], T]) -> T:
        for pause in _PAUSES:
            try:
                return request()
            except ApiProblem as problem:
                if problem.status not in _TRANSIENT or not self._may_wait(problem):
                    raise
                self._wait(problem.retry_after or pause)
            except (HTTPError, OSError) as fault:
                self._raise_if_hopeless(fault)
                self._wait(pause)
        return self._last_try(request)

    def _last_try(self, request: Callable[[], T]) -> T:
        try:
            return request()
        except (HTTPError, OSError) as fault:
            raise Lost(
                f"The connection to {self.address.origin} keeps breaking.",
                hint="What the server acknowledged is safe. Try again later.",
            ) from fault

    def _may_wait(self, problem: ApiProblem) -> bool:
        asked = problem.retry_after
        return self.patient and (asked is None or asked <= _WAIT_MAX)

    def _raise_if_hopeless(self, fault: Exception) -> None:
        """A server never reached, or one that cannot prove who it is, is not tried again; nor is
        any once this program has hung up: a thread that still asks would hold up its end."""
        if isinstance(fault, ClosedPoolError):
            raise Lost("The connection was closed.") from fault
        if isinstance(fault, SSLError):
            raise Failure(
                f"{self.address.origin} cannot prove that it is that server.",
                hint="Check the address, and the clock of this machine.",
            ) from fault
        if not self._reached and isinstance(fault, NewConnectionError):
            raise unreachable(self.address.origin) from fault

    def _wait(self, seconds: float) -> None:
        if seconds >= 1:
            self._on_wait(seconds)
        self._hung_up.wait(seconds * _SPREAD.uniform(1, 1.25))


def unreachable(origin: str) -> Failure:
    """No server listens there."""
    return Failure(
        f"No server answers at {origin}.",
        hint="Name another one with --server or COMMONKEEP_SERVER, "
        "or start one here with `make run` (it listens on http://127.0.0.1:8000).",
    )


def _retry_after(response: BaseHTTPResponse) -> int | None:
    text = response.headers.get("Retry-After", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _give_back(response: BaseHTTPResponse) -> None:
    """To the pool if it was read to the end; else its connection is of no more use."""
    if response.closed:
        response.release_conn()
    else:
        response.close()
