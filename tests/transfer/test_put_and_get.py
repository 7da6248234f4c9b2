"""What is put on one device is got on another, byte for byte, wherever `cp -r` would place it."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.transfer.people import content, second_device

SEGMENT = 262_144
PART = 32 * SEGMENT
SIZES = [0, 1, SEGMENT - 56, SEGMENT - 55, 2 * SEGMENT, PART - 32 * 16 - 40, PART, PART + 7]


def _fill(folder: Path) -> None:
    (folder / "a" / "b" / "c").mkdir(parents=True)
    (folder / "empty").mkdir()
    for size in SIZES:
        (folder / "a" / f"{size}.bin").write_bytes(secrets.token_bytes(size))
    for name in ("Ünï çödé.txt", "日本語", "🙂 smile", "-rf", "with\ttab"[:4], " leading"):
        (folder / "a" / "b" / "c" / name).write_text(name)


def test_a_folder_comes_back_on_another_device(
    alice: Shell, remote: str, local: Path, tmp_path: Path
) -> None:
    _fill(local)
    os.utime(local / "a" / "1.bin", ns=(0, 1_234_567_890_123_456_789))
    alice.ok("put", str(local), f"{remote}/mine")
    phone = second_device(alice, tmp_path / "phone")
    phone.ok("get", f"{remote}/mine", str(tmp_path / "back"))
    assert content(tmp_path / "back") == content(local)
    placed = (tmp_path / "back" / "a" / "1.bin").stat()
    assert placed.st_mtime_ns == 1_234_567_890_123_000_000
    assert phone.ok("verify", remote).startswith("verified 14 files")


def test_things_land_where_cp_would_put_them(
    alice: Shell, remote: str, local: Path, tmp_path: Path
) -> None:
    (local / "one").write_text("1")
    (local / "two").write_text("2")
    alice.ok("put", str(local), remote)
    alice.ok("put", str(local / "one"), str(local / "two"), remote)
    alice.ok("put", str(local / "one"), f"{remote}/uno")
    alice.ok("put", f"{local}/.", f"{remote}/local")
    names = {entry["name"] for entry in alice.json("ls", remote)["items"]}
    assert names == {"local", "one", "two", "uno"}
    into = tmp_path / "into"
    into.mkdir()
    alice.ok("get", f"{remote}/local", f"{remote}/uno", str(into))
    assert content(into) == {"local": None, "local/one": b"1", "local/two": b"2", "uno": b"1"}
    alice.ok("get", f"{remote}/uno", str(into / "eins"))
    assert (into / "eins").read_text() == "1"


@pytest.mark.parametrize(
    ("locals", "target"),
    [(["one", "two"], "nowhere"), (["one"], "nowhere/"), (["one", "one"], ""), (["."], "one")],
)
def test_what_cp_would_refuse_is_refused(
    alice: Shell, remote: str, local: Path, locals: list[str], target: str
) -> None:
    (local / "one").write_text("1")
    (local / "two").write_text("2")
    alice.ok("put", str(local / "one"), remote)
    paths = [str(local / name) for name in locals]
    result = alice.run("put", *paths, f"{remote}/{target}")
    assert result.exit_code in (1, 2)
    assert "error: " in result.stderr
    assert {entry["name"] for entry in alice.json("ls", remote)["items"]} == {"one"}


def test_the_same_command_again_does_nothing(
    alice: Shell, remote: str, local: Path, tmp_path: Path
) -> None:
    _fill(local)
    for expected in (14, 0, 0):
        done = alice.json("put", str(local), f"{remote}/mine")
        assert (done["files"], done["skipped"]) == (expected, 14 - expected)
    for expected in (14, 0, 0):
        done = alice.json("get", f"{remote}/mine", str(tmp_path / "back"))
        assert (done["files"], done["skipped"]) == (expected, 14 - expected)
    assert content(tmp_path / "back") == content(local)


@pytest.mark.parametrize("size", [5, 300_000])
def test_other_content_becomes_a_new_version(
    alice: Shell, remote: str, local: Path, tmp_path: Path, size: int
) -> None:
    file = local / "file"
    for data in (b"a" * size, b"b" * size):
        file.write_bytes(data)
        os.utime(file, ns=(0, data[0] * 10**9))
        assert alice.json("put", str(file), remote)["files"] == 1
    alice.ok("get", f"{remote}/file", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == b"b" * size
    assert len(alice.json("versions", f"{remote}/file")["items"]) == 2


def test_a_local_file_is_never_overwritten_silently(
    alice: Shell, remote: str, local: Path, tmp_path: Path
) -> None:
    (local / "file").write_text("theirs")
    alice.ok("put", str(local / "file"), remote)
    mine = tmp_path / "file"
    mine.write_text("mine")
    result = alice.run("get", f"{remote}/file", str(tmp_path))
    assert result.exit_code == 1
    assert "is there already and differs" in result.stderr
    assert mine.read_text() == "mine"
    alice.ok("get", "--overwrite", f"{remote}/file", str(tmp_path))
    assert mine.read_text() == "theirs"


def test_nothing_is_done_in_a_dry_run(
    alice: Shell, remote: str, local: Path, tmp_path: Path
) -> None:
    (local / "file").write_text("1")
    said = alice.ok("put", "--dry-run", str(local), f"{remote}/x")
    assert said == f"would put {local / 'file'}\n"
    assert alice.json("ls", remote)["items"] == []
    alice.ok("put", str(local), f"{remote}/x")
    said = alice.ok("get", "--dry-run", f"{remote}/x", str(tmp_path / "x"))
    assert said == f"would get {remote}/x/file\n"
    assert not (tmp_path / "x").exists()


def test_standard_output_holds_the_file_and_nothing_else(
    alice: Shell, remote: str, local: Path
) -> None:
    (local / "file").write_text("1")
    alice.ok("put", str(local / "file"), remote)
    assert alice.ok("get", "--dry-run", f"{remote}/file", "-") == f"would get {remote}/file\n"
    result = alice.run("get", f"{remote}/file", "-", "--json")
    assert (result.exit_code, json.loads(result.stdout)["error"]["exit"]) == (2, 2)


def test_two_of_one_name_are_not_got_into_one_place(
    alice: Shell, remote: str, local: Path, tmp_path: Path
) -> None:
    (local / "file").write_text("1")
    alice.ok("mkdir", f"{remote}/a", f"{remote}/b")
    for folder in "ab":
        alice.ok("put", str(local / "file"), f"{remote}/{folder}")
    target = tmp_path / "target"
    target.mkdir()
    result = alice.run("get", "--overwrite", f"{remote}/a/file", f"{remote}/b/file", str(target))
    assert (result.exit_code, list(target.iterdir())) == (2, [])


def test_what_cannot_be_put_gets_a_line(alice: Shell, remote: str, local: Path) -> None:
    (local / "good").write_text("1")
    (local / "link").symlink_to("good")
    os.mkfifo(local / "pipe")
    (local / "cafe\u0301").write_text("nfd")
    (local / "caf\u00e9").write_text("nfc")
    (local / os.fsdecode(b"\xff")).write_text("x")
    (local / "bad\nname").write_text("x")
    result = alice.run("put", str(local), f"{remote}/x", "--json")
    assert result.exit_code == 1
    done = json.loads(result.stdout)
    assert (done["files"], done["left_out"], len(done["failed"])) == (1, 3, 3)
    lines = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert len(lines) == 3
    assert "bad\\x0aname" in result.stderr


def _pipe(shell: Shell, *args: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    variables = {"COMMONKEEP_HOME": str(shell.home), "COMMONKEEP_SERVER": shell.server}
    return subprocess.run(
        [sys.executable, "-m", "commonkeep_cli", *args],
        input=data,
        capture_output=True,
        env={**os.environ, **variables, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )


@pytest.mark.parametrize("size", [0, 5, SEGMENT - 56, SEGMENT - 55, PART, 2 * PART + 1])
def test_streams_go_in_and_out(alice: Shell, remote: str, size: int) -> None:
    data = secrets.token_bytes(size)
    put = _pipe(alice, "put", "-", f"{remote}/stream", data=data)
    assert put.returncode == 0, put.stderr
    got = _pipe(alice, "get", f"{remote}/stream", "-")
    assert got.returncode == 0
    assert got.stdout == data
    again = _pipe(alice, "put", "-", f"{remote}/stream", data=data[:3] + b"!")
    assert again.returncode == 0, again.stderr
    assert _pipe(alice, "get", f"{remote}/stream", "-").stdout == data[:3] + b"!"


def test_a_stream_needs_a_name(alice: Shell, remote: str) -> None:
    assert alice.run("put", "-", remote, stdin="x").exit_code == 2
    assert alice.run("put", "-", f"{remote}/nowhere/", stdin="x").exit_code == 1
    assert alice.run("get", remote, "-").exit_code != 0


def test_many_small_files_and_folders(
    alice: Shell, remote: str, local: Path, tmp_path: Path
) -> None:
    for number in range(350):
        folder = local / f"{number % 130}" / "deep"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}").write_bytes(os.urandom(number * 100))
    done = alice.json("put", str(local), f"{remote}/many")
    assert (done["files"], done["folders"]) == (350, 261)
    second_device(alice, tmp_path / "two").ok("get", f"{remote}/many", str(tmp_path / "back"))
    assert content(tmp_path / "back") == content(local)
