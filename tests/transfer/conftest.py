"""A real server, somebody who uses it, and a proxy between them that can do harm."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.servers import RunningServer
from tests.transfer.people import second_device
from tests.transfer.proxy import Proxy


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path_factory.mktemp("server") / "data")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def alice(server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Somebody whose account the tests of a module share, with her first device."""
    folder = tmp_path_factory.mktemp("alice")
    shell = Shell(folder / "home", server.url)
    return shell.sign_up(f"alice-{secrets.token_hex(4)}", folder / "recovery.txt")


@pytest.fixture
def remote(alice: Shell) -> str:
    """A remote folder for one test alone."""
    path = f"/{secrets.token_hex(4)}"
    alice.ok("mkdir", path)
    return path


@pytest.fixture(scope="module")
def the_proxy(server: RunningServer) -> Iterator[Proxy]:
    with Proxy(server.url) as running:
        yield running


@pytest.fixture
def proxy(the_proxy: Proxy) -> Proxy:
    the_proxy.be_good()
    return the_proxy


@pytest.fixture(scope="module")
def the_phone(alice: Shell, the_proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Signed in once for all tests of a module, because signing in is limited by rate."""
    return second_device(alice, tmp_path_factory.mktemp("phone") / "home", server=the_proxy.url)


@pytest.fixture
def phone(the_phone: Shell, proxy: Proxy) -> Shell:
    """Alice's second device, whose way leads through the proxy."""
    return the_phone


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """A local folder to put from."""
    folder = tmp_path / "local"
    folder.mkdir()
    return folder
