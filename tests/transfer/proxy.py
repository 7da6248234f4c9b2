"""A server between client and server: it counts, damages answers, and strikes at chosen moments."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

import urllib3

Damage = Callable[[str, bytes], bytes]
Strike = Callable[[str, str], None]


class Proxy:
    """Forwards everything, until told otherwise.

    `seen` is every request. `before` is called before one is passed on, `strike` once the server
    answered it; `damage` changes answers, and those that `cut` chooses end in their middle.
    """

    def __init__(self, upstream: str) -> None:
        self.be_good()
        self._upstream = upstream
        self._pool = urllib3.PoolManager(maxsize=16, retries=False)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def be_good(self) -> None:
        """Forget what was seen, and do no harm."""
        self.seen: list[tuple[str, str]] = []
        self.damage: Damage = lambda _, body: body
        self.before: Strike = lambda _, __: None
        self.strike: Strike = lambda _, __: None
        self.cut: Callable[[str], bool] = lambda _: False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def parts(self) -> list[str]:
        """The addresses of the upload parts that were sent through here."""
        return [path for method, path in self.seen if method == "PUT" and "/parts/" in path]

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._pool.clear()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _forward(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                try:
                    status, headers, answer = proxy._ask(
                        self.command, self.path, self.headers, body
                    )
                except (urllib3.exceptions.HTTPError, OSError):
                    self.close_connection = True
                    return
                if proxy.cut(self.path):
                    answer = answer[: len(answer) // 2]
                    self.close_connection = True
                with suppress(OSError):  # the client may be dead by now
                    self._answer(status, headers, answer)

            def _answer(self, status: int, headers: list[tuple[str, str]], answer: bytes) -> None:
                self.send_response_only(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

            do_GET = do_POST = do_PUT = do_DELETE = _forward

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        return Handler

    def _ask(
        self, method: str, path: str, headers: object, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        sent = {name: value for name, value in headers.items() if name.lower() != "host"}  # type: ignore[attr-defined]
        self.before(method, path)
        response = self._pool.request(method, self._upstream + path, body=body, headers=sent)
        self.seen.append((method, path))
        self.strike(method, path)
        answer = self.damage(path, response.data) if response.status < 300 else response.data
        kept = [
            (name, value)
            for name, value in response.headers.items()
            if name.lower() not in ("connection", "transfer-encoding", "content-length")
        ]
        length = [] if response.status == 204 else [("Content-Length", str(len(answer)))]
        return response.status, kept + length, answer
