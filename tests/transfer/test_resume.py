"""The same command goes on where either side was killed, and sends nothing twice that is held."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.servers import RunningServer
from tests.transfer.proxy import Proxy

PART = 8 * 2**20
SIZE = 6 * PART + 12_345


@pytest.fixture
def doomed(tmp_path: Path) -> Iterator[RunningServer]:
    """A server that a test may kill."""
    running = RunningServer(tmp_path / "doomed")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def path_to_doom(doomed: RunningServer) -> Iterator[Proxy]:
    with Proxy(doomed.url) as proxy:
        yield proxy


@pytest.fixture
def owner(path_to_doom: Proxy, tmp_path: Path) -> Shell:
    shell = Shell(tmp_path / "owner", path_to_doom.url)
    return shell.sign_up("owner", tmp_path / "recovery.txt")


class Killer:
    """Strikes after so many answers to requests whose path holds a word."""

    def __init__(self, word: str, *, after: int) -> None:
        self.word = word
        self.left = after

    def is_due(self, path: str) -> bool:
        self.left -= self.word in path
        return self.word in path and self.left == 0


def test_a_server_killed_twice_costs_only_time(
    doomed: RunningServer, path_to_doom: Proxy, owner: Shell, local: Path, tmp_path: Path
) -> None:
    data = secrets.token_bytes(SIZE)
    (local / "big").write_bytes(data)
    first, second = Killer("/parts/", after=2), Killer("/parts/", after=4)

    in_turn = threading.Lock()

    def strike(_: str, path: str) -> None:
        with in_turn:
            due = first.is_due(path), second.is_due(path)
            if any(due):
                doomed.kill()
                doomed.start()

    path_to_doom.strike = strike
    owner.ok("put", str(local / "big"), "/big")
    owner.ok("get", "/big", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == data


def _start(shell: Shell, *args: str) -> subprocess.Popen[bytes]:
    variables = {"COMMONKEEP_HOME": str(shell.home), "COMMONKEEP_SERVER": shell.server}
    return subprocess.Popen(
        [sys.executable, "-m", "commonkeep_cli", *args],
        env={**os.environ, **variables, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _interrupt(
    proxy: Proxy, shell: Shell, word: str, *args: str, sign: signal.Signals, after: int = 3
) -> int:
    """Run a command that is struck after so many answers to requests with the word."""
    killer = Killer(word, after=after)
    child: list[subprocess.Popen[bytes]] = []

    def strike(_: str, path: str) -> None:
        if killer.is_due(path):
            child[0].send_signal(sign)

    proxy.strike = strike
    child.append(_start(shell, *args))
    child[0].communicate(timeout=60)
    proxy.strike = lambda _, __: None
    return child[0].returncode


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_put_goes_on(
    phone: Shell, proxy: Proxy, remote: str, local: Path, tmp_path: Path, sign: signal.Signals
) -> None:
    data = secrets.token_bytes(SIZE)
    (local / "big").write_bytes(data)
    command = ("put", str(local), f"{remote}/folder")
    code = _interrupt(proxy, phone, "/parts/", *command, sign=sign)
    assert code == (130 if sign is signal.SIGINT else -sign)
    revs = {path.split("/")[4] for path in proxy.parts()}
    before = len(proxy.parts())
    done = phone.json(*command)
    assert done["files"] == 1
    after = proxy.parts()[before:]
    assert {path.split("/")[4] for path in after} == revs
    assert 0 < len(after) < 7
    phone.ok("get", f"{remote}/folder", str(tmp_path / "back"))
    assert (tmp_path / "back" / "big").read_bytes() == data
    assert not list((phone.home / "journal").iterdir())


def test_a_file_changed_since_begins_anew_under_another_revision(
    phone: Shell, proxy: Proxy, remote: str, local: Path, tmp_path: Path
) -> None:
    data = bytearray(secrets.token_bytes(SIZE))
    (local / "big").write_bytes(data)
    command = ("put", str(local / "big"), f"{remote}/big")
    _interrupt(proxy, phone, "/parts/", *command, sign=signal.SIGKILL)
    first = {path.split("/")[4] for path in proxy.parts()}
    sent = len(proxy.parts())
    data[5] ^= 1
    (local / "big").write_bytes(data)
    phone.ok(*command)
    later = [path for path in proxy.parts()[sent:] if path.split("/")[4] not in first]
    assert len(set(later)) == 7
    phone.ok("get", f"{remote}/big", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == data


def test_a_killed_get_goes_on_and_leaves_nothing_behind(
    phone: Shell, proxy: Proxy, remote: str, local: Path, tmp_path: Path
) -> None:
    data = secrets.token_bytes(9 * PART)
    (local / "big").write_bytes(data)
    phone.ok("put", str(local / "big"), f"{remote}/big")
    target = tmp_path / "target"
    target.mkdir()
    command = ("get", f"{remote}/big", str(target))
    _interrupt(proxy, phone, "/revisions/", *command, sign=signal.SIGKILL, after=7)
    assert not (target / "big").exists()
    assert len(list(target.iterdir())) == 1
    before = len(proxy.seen)
    phone.ok(*command)
    assert (target / "big").read_bytes() == data
    assert [path.name for path in target.iterdir()] == ["big"]
    again = [path for _, path in proxy.seen[before:] if "/revisions/" in path]
    assert any(path.endswith("/tree") for path in again)
    assert len(again) < 12


def test_a_killed_get_of_a_folder_goes_on(
    phone: Shell, proxy: Proxy, remote: str, local: Path, tmp_path: Path
) -> None:
    for number in range(320):
        (local / f"{number}").write_bytes(os.urandom(2_000))
    phone.ok("put", str(local), f"{remote}/many")
    target = tmp_path / "target"
    command = ("get", f"{remote}/many", str(target))
    _interrupt(proxy, phone, "/revisions/read", *command, sign=signal.SIGKILL)
    phone.ok(*command)
    names = sorted(path.name for path in target.iterdir())
    assert names == sorted(str(number) for number in range(320))


def test_a_broken_connection_is_taken_up_again(
    phone: Shell, proxy: Proxy, remote: str, local: Path, tmp_path: Path
) -> None:
    data = secrets.token_bytes(2 * PART)
    (local / "big").write_bytes(data)
    phone.ok("put", str(local / "big"), f"{remote}/big")
    broken = iter([True, False, True, False])
    proxy.cut = lambda path: "/revisions/" in path and next(broken, False)
    phone.ok("get", f"{remote}/big", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == data
