"""A real server for all of these tests, and people who use it from their shells."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.servers import RunningServer


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One for all tests: sign-ups are limited by rate, so tests share people where they can."""
    running = RunningServer(tmp_path_factory.mktemp("server") / "data")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def login() -> str:
    """A login that nobody has."""
    return f"person-{secrets.token_hex(4)}"


@pytest.fixture
def shell(server: RunningServer, tmp_path: Path) -> Shell:
    """A device on which nobody is signed in."""
    return Shell(tmp_path / "home", server.url)


@pytest.fixture
def newcomer(shell: Shell, login: str, tmp_path: Path) -> Shell:
    """Somebody with an account of their own, which a test may ruin."""
    return shell.sign_up(login, tmp_path / "recovery.txt")


@pytest.fixture(scope="module")
def resident(server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Somebody whose account the tests of a module share."""
    home = tmp_path_factory.mktemp("resident") / "home"
    return Shell(home, server.url).sign_up(f"resident-{secrets.token_hex(4)}")


@pytest.fixture
def place(resident: Shell) -> str:
    """A folder of the resident's for one test alone."""
    path = f"/{secrets.token_hex(4)}"
    resident.ok("mkdir", path)
    return path
