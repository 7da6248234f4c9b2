"""Leaving with everything: a bundle opens without any server, with password or recovery code."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest

from tests.cli.shell import PASSWORD, Shell
from tests.servers import RunningServer
from tests.transfer.people import content


@pytest.fixture(scope="module")
def owner(server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    folder = tmp_path_factory.mktemp("owner")
    shell = Shell(folder / "home", server.url)
    return shell.sign_up(f"owner-{secrets.token_hex(4)}", folder / "recovery.txt")


@pytest.fixture(scope="module")
def kept(owner: Shell, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the owner has put: small, large, old versions, and something in the trash."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / "a" / "empty").mkdir(parents=True)
    (folder / "a" / "small").write_text("small")
    (folder / "large").write_bytes(secrets.token_bytes(9 * 2**20))
    (folder / "gone").write_text("gone")
    owner.ok("put", str(folder), "/kept")
    (folder / "a" / "small").write_text("small, but newer")
    owner.ok("put", str(folder), "/kept")
    owner.ok("rm", "/kept/gone")
    (folder / "gone").unlink()
    return folder


@pytest.fixture(scope="module")
def bundle(owner: Shell, kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "bundle"
    assert owner.json("export", str(path))["files"] == 4
    return path


@pytest.fixture
def offline(tmp_path: Path) -> Shell:
    """A machine that has never seen a server."""
    return Shell(tmp_path / "nowhere", "http://127.0.0.1:9")


def test_it_opens_with_the_password(
    offline: Shell, bundle: Path, kept: Path, tmp_path: Path
) -> None:
    result = offline.run("decrypt-bundle", str(bundle), str(tmp_path / "back"))
    assert result.exit_code == 0, result.output
    assert "it lies in the trash" in result.stderr
    assert content(tmp_path / "back" / "kept") == content(kept)


def test_it_opens_with_the_recovery_code(
    offline: Shell, owner: Shell, bundle: Path, kept: Path, tmp_path: Path
) -> None:
    code = owner.home.with_name("recovery.txt")
    back = str(tmp_path / "back")
    offline.ok("decrypt-bundle", "--code-file", str(code), str(bundle), back)
    assert content(tmp_path / "back" / "kept") == content(kept)
    done = offline.json("decrypt-bundle", "--code-file", str(code), str(bundle), back)
    assert (done["files"], done["skipped"]) == (0, 2)


def test_it_does_not_open_otherwise(offline: Shell, bundle: Path, tmp_path: Path) -> None:
    offline.password = "not the password"
    result = offline.run("decrypt-bundle", str(bundle), str(tmp_path / "back"))
    assert result.exit_code == 1
    assert "does not open" in result.stderr
    assert not (tmp_path / "back").exists()


def test_nothing_readable_is_in_it(bundle: Path, kept: Path) -> None:
    for path in bundle.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"small" not in data
            assert b"kept" not in data
            assert PASSWORD.encode() not in data


def test_the_same_export_again_fetches_nothing(owner: Shell, bundle: Path) -> None:
    blob = max((bundle / "blobs").iterdir(), key=lambda path: path.stat().st_size)
    whole = blob.read_bytes()
    assert owner.json("export", str(bundle))["files"] == 0
    blob.unlink()
    assert owner.json("export", str(bundle))["files"] == 1
    assert blob.read_bytes() == whole


def test_a_blob_that_is_not_whole_is_fetched_again(owner: Shell, bundle: Path) -> None:
    blobs = sorted((bundle / "blobs").iterdir(), key=lambda path: path.stat().st_size)
    for blob in (blobs[0], blobs[-1]):
        whole = blob.read_bytes()
        blob.write_bytes(b"")
        assert owner.json("export", str(bundle))["files"] == 1
        assert blob.read_bytes() == whole


@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_a_damaged_bundle_is_refused_where_it_is_damaged(
    offline: Shell, bundle: Path, tmp_path: Path, harm: str
) -> None:
    blob = max((bundle / "blobs").iterdir(), key=lambda path: path.stat().st_size)
    whole = blob.read_bytes()
    harmed = {"flip": whole[:-1] + bytes([whole[-1] ^ 1]), "cut": whole[:-1], "remove": b""}
    blob.write_bytes(harmed[harm])
    try:
        result = offline.run("decrypt-bundle", str(bundle), str(tmp_path / "back"))
    finally:
        blob.write_bytes(whole)
    assert result.exit_code == 5
    names = [path.name for path in (tmp_path / "back").rglob("*") if path.is_file()]
    assert names == ["small"]


def test_a_damaged_line_costs_what_it_held(offline: Shell, bundle: Path, tmp_path: Path) -> None:
    records = bundle / "records.jsonl"
    whole = records.read_text()
    lines = whole.splitlines(keepends=True)
    (small,) = [line for line in lines if json.loads(line)["versions"]]
    records.write_text("".join("{\n" if line is small else line for line in lines) + "\x00\n")
    try:
        result = offline.run("decrypt-bundle", str(bundle), str(tmp_path / "back"))
    finally:
        records.write_text(whole)
    assert (result.exit_code, result.stderr.count("it cannot be read")) == (5, 2)
    names = [path.name for path in (tmp_path / "back").rglob("*") if path.is_file()]
    assert names == ["large"]


def test_a_folder_that_is_no_bundle_is_named(offline: Shell, tmp_path: Path) -> None:
    result = offline.run("decrypt-bundle", str(tmp_path), str(tmp_path / "back"))
    assert result.exit_code == 1
    assert "is no bundle" in result.stderr
