"""What a server or a stranger must not achieve: wrong bytes, files elsewhere, a full account."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell
from tests.servers import RunningServer
from tests.transfer.proxy import Damage, Proxy

SEGMENT = 262_144
PART = 32 * SEGMENT


def _flipped(at: float, word: str) -> object:
    def damage(path: str, body: bytes) -> bytes:
        if word not in path or not body:
            return body
        place = min(len(body) - 1, int(len(body) * at))
        return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]

    return damage


@pytest.mark.parametrize("at", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("size", [0, 1_000, 700_000, PART + 5])
def test_a_flipped_bit_is_refused_and_no_file_appears(
    phone: Shell, proxy: Proxy, remote: str, local: Path, tmp_path: Path, size: int, at: float
) -> None:
    (local / "file").write_bytes(secrets.token_bytes(size))
    phone.ok("put", str(local / "file"), remote)
    target = tmp_path / "target"
    target.mkdir()
    proxy.damage = _flipped(at, "/revisions/")  # type: ignore[assignment]
    result = phone.run("get", f"{remote}/file", str(target))
    assert result.exit_code == 5, result.output
    assert not (target / "file").exists()
    assert phone.run("verify", remote).exit_code == 5
    assert phone.run("get", f"{remote}/file", "-").exit_code == 5
    proxy.damage = lambda _, body: body
    phone.ok("get", f"{remote}/file", str(target))
    assert [path.name for path in target.iterdir()] == ["file"]


@pytest.mark.parametrize("size", [1_000, 700_000])
def test_a_short_body_is_refused(
    phone: Shell, proxy: Proxy, remote: str, local: Path, tmp_path: Path, size: int
) -> None:
    (local / "file").write_bytes(secrets.token_bytes(size))
    phone.ok("put", str(local / "file"), remote)
    proxy.damage = lambda path, body: body[:-1] if "/revisions/" in path else body
    result = phone.run("get", f"{remote}/file", str(tmp_path / "back"))
    assert result.exit_code == 5, result.output
    assert not (tmp_path / "back").exists()


_LIES: dict[str, dict[str, Any]] = {
    "parts nobody sent": {"parts": [{"n": 0, "size": PART, "sha256": "A" * 43}]},
    "parts that fill the memory": {"part_size": 2**33},
    "parts of half a segment": {"part_size": SEGMENT + 1},
}


@pytest.mark.parametrize("lie", _LIES)
def test_an_upload_that_cannot_be_is_refused(
    phone: Shell, proxy: Proxy, remote: str, local: Path, lie: str
) -> None:
    (local / "file").write_bytes(bytes(400_000))
    proxy.damage = _uploads_with(_LIES[lie])
    result = phone.run("put", str(local / "file"), f"{remote}/file")
    assert result.exit_code == 5, result.output
    proxy.be_good()
    assert phone.json("ls", remote)["items"] == []


def test_a_stream_takes_no_parts_that_fill_the_memory(
    phone: Shell, proxy: Proxy, remote: str
) -> None:
    proxy.damage = _uploads_with({"part_size": 16 * PART})
    assert phone.run("put", "-", f"{remote}/file", stdin="x" * 400_000).exit_code == 5


def _uploads_with(lie: dict[str, Any]) -> Damage:
    def damage(path: str, body: bytes) -> bytes:
        lied = path.endswith("/uploads")
        return json.dumps({**json.loads(body), **lie}).encode() if lied else body

    return damage


def test_a_stream_goes_on_where_another_device_was_faster(
    alice: Shell, phone: Shell, proxy: Proxy, remote: str, local: Path
) -> None:
    (local / "file").write_text("theirs")
    alice.ok("put", str(local / "file"), remote)
    others = iter([alice])

    def before(_: str, path: str) -> None:
        if path.endswith("/complete"):
            for other in others:
                (local / "file").write_text("theirs again")
                other.ok("put", str(local / "file"), remote)

    proxy.before = before
    phone.ok("put", "-", f"{remote}/file", stdin="x" * 400_000)
    proxy.be_good()
    assert phone.json("ls", f"{remote}/file")["items"][0]["size"] == 400_000
    assert len(phone.json("versions", f"{remote}/file")["items"]) == 3


def test_one_bad_file_does_not_spoil_the_others(
    phone: Shell, proxy: Proxy, remote: str, local: Path, tmp_path: Path
) -> None:
    for number in range(5):
        (local / f"{number}").write_bytes(secrets.token_bytes(1_000))
    phone.ok("put", str(local), f"{remote}/all")
    proxy.damage = _flipped(0.5, "/revisions/read")  # type: ignore[assignment]
    result = phone.run("get", f"{remote}/all", str(tmp_path / "back"))
    assert result.exit_code == 5
    assert result.stderr.count("error: ") == 1
    assert len(list((tmp_path / "back").iterdir())) == 4


@pytest.mark.parametrize("name", ["CON", "photo\u202egpj.exe", "ends.", "a\\b"])
def test_names_that_mislead_need_a_word(
    alice: Shell, remote: str, local: Path, tmp_path: Path, name: str
) -> None:
    (local / name).write_text("x")
    alice.ok("put", str(local), f"{remote}/odd")
    result = alice.run("get", f"{remote}/odd", str(tmp_path / "back"))
    assert result.exit_code == 1
    assert name not in result.stderr or name.isascii()
    assert "--any-name" in result.stderr
    assert list((tmp_path / "back").iterdir()) == []
    assert alice.run("get", f"{remote}/odd/{name}", str(tmp_path)).exit_code == 1
    alice.ok("get", "--any-name", f"{remote}/odd", str(tmp_path / "back2"))
    assert (tmp_path / "back2" / name).read_text() == "x"


def test_a_link_planted_in_the_target_leads_nowhere(
    alice: Shell, remote: str, local: Path, tmp_path: Path
) -> None:
    (local / "folder").mkdir()
    (local / "folder" / "file").write_text("x")
    (local / "other").write_text("y")
    alice.ok("put", str(local), f"{remote}/mine")
    outside, target = tmp_path / "outside", tmp_path / "target" / "mine"
    outside.mkdir()
    target.mkdir(parents=True)
    (target / "folder").symlink_to(outside)
    (target / "other").symlink_to(outside / "planted")
    result = alice.run("get", f"{remote}/mine", str(tmp_path / "target"))
    assert result.exit_code == 1
    assert list(outside.iterdir()) == []


def test_no_room_ends_with_four_and_keeps_what_is_there(tmp_path: Path, local: Path) -> None:
    small = RunningServer(tmp_path / "small", COMMONKEEP_CEILING="3MB")
    small.start()
    try:
        owner = Shell(tmp_path / "home", small.url).sign_up("owner")
        (local / "fits").write_bytes(secrets.token_bytes(1_000_000))
        owner.ok("put", str(local / "fits"), "/fits")
        for size in (5_000_000, 2_500_000):
            (local / "big").write_bytes(secrets.token_bytes(size))
            result = owner.run("put", str(local / "big"), "/big")
            assert result.exit_code == 4, result.output
        for number in range(20):
            (local / "many").mkdir(exist_ok=True)
            (local / "many" / f"{number}").write_bytes(secrets.token_bytes(200_000))
        assert owner.run("put", str(local / "many"), "/many").exit_code == 4
        owner.ok("get", "/fits", str(tmp_path / "back"))
        assert (tmp_path / "back").read_bytes() == (local / "fits").read_bytes()
        owner.ok("verify")
    finally:
        small.stop()


def test_nobody_signed_in_ends_with_three(server: RunningServer, tmp_path: Path) -> None:
    stranger = Shell(tmp_path / "home", server.url)
    assert stranger.run("put", str(tmp_path), "/x").exit_code == 3
    assert stranger.run("get", "/x", str(tmp_path)).exit_code == 3
    assert stranger.run("verify").exit_code == 3


def test_a_local_file_that_is_missing_is_a_failed_line(alice: Shell, remote: str) -> None:
    result = alice.run("put", "/nowhere/at/all", remote)
    assert result.exit_code == 1
    assert "/nowhere/at/all: No such file or directory" in result.stderr
    assert alice.run("get", f"{remote}/nothing", "/nowhere").exit_code == 1


def test_of_several_those_that_are_there_are_got(
    alice: Shell, remote: str, local: Path, tmp_path: Path
) -> None:
    (local / "there").write_text("x")
    alice.ok("put", str(local / "there"), remote)
    target = tmp_path / "target"
    target.mkdir()
    result = alice.run("get", f"{remote}/missing", f"{remote}/there", str(target))
    assert result.exit_code == 1
    assert (target / "there").read_text() == "x"


def test_a_target_that_is_not_there_is_a_plain_failure(
    alice: Shell, remote: str, local: Path, tmp_path: Path
) -> None:
    (local / "file").write_text("x")
    alice.ok("put", str(local / "file"), remote)
    result = alice.run("get", f"{remote}/file", str(tmp_path / "no" / "such" / "folder"))
    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr


def test_a_file_that_outgrows_its_batch_is_a_failed_line(
    phone: Shell, proxy: Proxy, remote: str, local: Path
) -> None:
    (local / "file").write_text("small")

    def before(_: str, path: str) -> None:
        if "/children" in path and "tag=" not in path:
            (local / "file").write_bytes(bytes(SEGMENT - 55))

    proxy.before = before
    result = phone.run("put", str(local / "file"), remote)
    assert (result.exit_code, "it changed while it was read" in result.stderr) == (1, True)


def test_two_devices_put_the_same_folder_at_once(
    alice: Shell, phone: Shell, proxy: Proxy, remote: str, local: Path, tmp_path: Path
) -> None:
    (local / "a").mkdir()
    for number in range(5):
        (local / "a" / f"{number}").write_text(f"{number}")
    (local / "a" / "large").write_bytes(secrets.token_bytes(400_000))
    others = iter([alice])

    def before(_: str, path: str) -> None:
        if path.endswith("/nodes/batch"):
            for other in others:
                other.ok("put", str(local), f"{remote}/mine")

    proxy.before = before
    done = phone.json("put", str(local), f"{remote}/mine")
    assert (done["files"], done["skipped"]) == (0, 6)
    proxy.be_good()
    phone.ok("get", f"{remote}/mine", str(tmp_path / "back"))
    assert len(list((tmp_path / "back").rglob("*"))) == 7


def test_a_name_taken_meanwhile_becomes_a_version(
    alice: Shell, phone: Shell, proxy: Proxy, remote: str, local: Path, tmp_path: Path
) -> None:
    mine, theirs = secrets.token_bytes(400_000), secrets.token_bytes(300_000)
    (local / "file").write_bytes(mine)
    (tmp_path / "file").write_bytes(theirs)
    others = iter([alice])

    def before(_: str, path: str) -> None:
        if path.endswith("/complete"):
            for other in others:
                other.ok("put", str(tmp_path / "file"), remote)

    proxy.before = before
    assert phone.json("put", str(local / "file"), remote)["files"] == 1
    proxy.be_good()
    phone.ok("get", f"{remote}/file", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == mine
    assert len(phone.json("versions", f"{remote}/file")["items"]) == 2
