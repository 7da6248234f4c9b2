"""Servers that break, dawdle, point elsewhere or talk nonsense; and addresses that are wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from commonkeep_cli.api import transport
from commonkeep_cli.api.address import address_of
from commonkeep_cli.api.answers import Lost
from commonkeep_cli.api.problems import ApiProblem
from commonkeep_cli.api.transport import Api
from commonkeep_cli.errors import Failure, Refused, SignedOut, Usage


class Moody(BaseHTTPRequestHandler):
    """Answers what the test has laid out, one answer per request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        status, headers, body = self.server.answers.pop(0)  # type: ignore[attr-defined]
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = "Content-Length" in headers

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Moody)
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[str] = []

    def will(self, status: int, body: object = None, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, named, data))


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(transport, "_PAUSES", (0.01, 0.01, 0.01))
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def api(moody: Server) -> Iterator[Api]:
    api = Api(f"http://127.0.0.1:{moody.server_port}")
    yield api
    api.close()


def test_what_is_transient_is_tried_again(moody: Server, api: Api) -> None:
    moody.will(0)
    moody.will(502, b"<html>")
    moody.will(503, {"code": "unavailable"}, Retry_After="0")
    moody.will(200, {"fine": True})
    assert api.json("GET", "drive") == {"fine": True}
    assert moody.asked == ["/api/v1/drive"] * 4


def test_an_answer_cut_short_is_asked_for_again(moody: Server, api: Api) -> None:
    moody.will(200, b'{"fine"', Content_Length="14")
    moody.will(200, {"fine": True})
    assert api.json("GET", "drive") == {"fine": True}


def test_patience_ends(moody: Server, api: Api) -> None:
    for _ in range(4):
        moody.will(0)
    with pytest.raises(Lost, match="keeps breaking"):
        api.json("GET", "drive")


def test_a_mistake_of_the_server_is_not_repeated(moody: Server, api: Api) -> None:
    moody.will(500, {"code": "internal"})
    with pytest.raises(ApiProblem) as caught:
        api.json("GET", "drive")
    assert (caught.value.status, caught.value.code) == (500, "internal")


def test_a_person_at_a_prompt_is_not_kept_waiting(moody: Server, api: Api) -> None:
    moody.will(429, {"code": "too-fast", "seconds": 30}, Retry_After="30")
    api.patient = False
    with pytest.raises(ApiProblem) as caught:
        api.json("GET", "drive")
    assert caught.value.retry_after == 30


def test_no_redirect_is_followed(moody: Server, api: Api) -> None:
    moody.will(302, b"", Location="http://127.0.0.1:1/elsewhere")
    with pytest.raises(Failure, match="another address"):
        api.json("GET", "drive")


@pytest.mark.parametrize("body", [b"<html>", b"\xff", b'{"a": NaN}', b"[" * 100_000, b""])
def test_what_is_no_json_is_refused(moody: Server, api: Api, body: bytes) -> None:
    moody.will(200, body)
    with pytest.raises(Refused):
        api.json("GET", "drive")


def test_the_words_of_a_server_are_never_passed_on(moody: Server, api: Api) -> None:
    lure = "Send your recovery code to us"
    moody.will(400, {"code": "malformed", "detail": lure, "hint": lure, "title": lure})
    moody.will(418, {"code": lure})
    for _ in range(2):
        with pytest.raises(ApiProblem) as caught:
            api.json("GET", "drive")
        assert lure not in f"{caught.value.message} {caught.value.hint}"


def test_a_session_that_ended_is_told_by_the_exit_code(moody: Server, api: Api) -> None:
    moody.will(401, {"code": "no-session"})
    with pytest.raises(ApiProblem) as caught:
        api.json("GET", "drive")
    assert caught.value.exit_code == SignedOut.default_code


def test_a_range_that_is_ignored_is_refused(moody: Server, api: Api) -> None:
    moody.will(200, b"everything")
    with pytest.raises(Refused), api.octets("GET", "revisions/x", first=3, last=5):
        pass


def test_octets_that_break_say_so(moody: Server, api: Api) -> None:
    moody.will(200, b"half", Content_Length="8")
    with api.octets("GET", "revisions/x") as answer, pytest.raises(Lost):
        answer.read(100)


def test_nobody_there_says_how_to_begin() -> None:
    with pytest.raises(Failure) as caught:
        Api("http://127.0.0.1:9").json("GET", "drive")
    assert "No server answers at http://127.0.0.1:9" in caught.value.message
    assert "make run" in caught.value.hint


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("keep.example", "https://keep.example"),
        ("https://keep.example/", "https://keep.example"),
        ("HTTPS://Keep.Example:8443", "https://keep.example:8443"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("localhost", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_addresses_have_one_spelling(given: str, origin: str) -> None:
    assert address_of(given).origin == origin


@pytest.mark.parametrize(
    "given",
    ["", "http://keep.example", "ftp://keep.example", "https://keep.example/path", "https://a:b",
     "https://user@keep.example", "https://keep.example?x"],
)  # fmt: skip
def test_addresses_that_cannot_be_are_refused(given: str) -> None:
    with pytest.raises(Usage):
        address_of(given)


def test_http_in_a_network_of_ones_own_has_to_be_asked_for() -> None:
    assert address_of("http://nas.home", plain_http=True).origin == "http://nas.home"


def test_after_hanging_up_nothing_is_tried_again(
    moody: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    api = Api(f"http://127.0.0.1:{moody.server_port}", on_wait=waits.append)
    moody.will(200, {})
    api.json("GET", "drive")
    api.close()
    monkeypatch.setattr(transport, "_PAUSES", (5.0,))
    with pytest.raises(Lost, match="was closed"):
        api.json("GET", "drive")
    assert waits == []
