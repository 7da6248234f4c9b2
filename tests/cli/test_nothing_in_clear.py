"""What the server keeps and logs holds no name, no content, no password and no code."""

import hashlib
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.servers import RunningServer

NAMES = [f"a-telling-name-{n}" for n in range(10)]
CONTENTS = [hashlib.shake_256(bytes([n])).digest(64) for n in range(10)]
SECRET = "a password that nobody writes into a log"


@pytest.fixture
def server(tmp_path: Path) -> RunningServer:
    return RunningServer(tmp_path / "data")


def test_nothing_of_it_is_in_any_byte_that_the_server_keeps(
    server: RunningServer, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    for number, (name, content) in enumerate(zip(NAMES, CONTENTS, strict=True)):
        folder = source / name
        folder.mkdir(parents=True)
        (folder / f"{name}.txt").write_bytes(content * (10 if number else 200_000))
    server.start()
    alice = Shell(tmp_path / "home", server.url, password=SECRET)
    code = tmp_path / "code.txt"
    alice.sign_up("alice", code)
    alice.ok("put", str(source), "/")
    alice.ok("mv", f"/source/{NAMES[0]}", "/source/another-telling-name")
    alice.ok("rm", f"/source/{NAMES[1]}")
    alice.ok("get", "/source", str(tmp_path / "back"))
    server.stop()
    typed = code.read_text().split("Code:", 1)[1].split()[0]
    kept = {path: path.read_bytes() for path in [*files(server.data), server.log]}
    assert sum(map(len, kept.values())) > 64 * 200_000
    for secret in (
        *(name.encode() for name in NAMES),
        *CONTENTS,
        b"another-telling-name",
        SECRET.encode(),
        typed.encode(),
    ):
        assert [path for path, data in kept.items() if secret in data] == []


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
