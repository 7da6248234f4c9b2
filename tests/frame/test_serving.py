"""`manage.py serve` as its user meets it: what it says, how it ends, what it refuses."""

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import urllib3

from tests.servers import RunningServer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(tmp_path: Path) -> RunningServer:
    return RunningServer(tmp_path / "data")


def test_it_says_where_it_is_where_the_data_is_and_what_to_try(server: RunningServer) -> None:
    server.start()
    server.stop()
    said = server.log.read_text()
    assert f"serves on {server.url}\n" in said
    assert f"lies in {server.data}\n" in said
    assert len(re.findall(r"^  \S*bin/commonkeep ", said, re.M)) == 3
    assert "WARNING" not in said
    assert "ERROR" not in said


def test_it_starts_again_on_the_same_data(server: RunningServer) -> None:
    for _ in range(2):
        server.start()
        answer = urllib3.request("GET", f"{server.url}/api/v1/drive")
        assert (answer.status, answer.json()["code"]) == (401, "no-session")
        server.stop()


def test_after_a_kill_it_starts_again_at_once(server: RunningServer) -> None:
    for _ in range(2):
        server.start()
        assert urllib3.request("GET", f"{server.url}/api/v1/drive").status == 401
        server.kill()


def test_what_it_keeps_is_for_its_owner_alone(server: RunningServer) -> None:
    server.start()
    server.stop()
    for path in server.data.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_sigterm_ends_it_cleanly(server: RunningServer) -> None:
    process = start(server.data, port=free(server))
    assert process.stdout is not None
    while "Ctrl-C ends it" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    process.stdout.close()


def test_a_port_in_use_is_refused_with_a_hint(server: RunningServer, tmp_path: Path) -> None:
    server.start()
    second = start(tmp_path / "other", port=free(server))
    said, _ = second.communicate(timeout=30)
    server.stop()
    assert second.returncode == 1
    assert "cannot be used (Address already in use)" in said
    assert "hint: choose another one: PORT=8001 make run" in said


def free(server: RunningServer) -> str:
    return server.url.rsplit(":", 1)[1]


def start(data: Path, *, port: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=os.environ | {"COMMONKEEP_DATA": str(data), "PORT": port, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
