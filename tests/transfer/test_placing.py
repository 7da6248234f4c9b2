"""Placing files: never outside the target, never over something, never half."""

import os
from pathlib import Path

import pytest

from commonkeep_cli.local import incoming
from commonkeep_cli.local.incoming import Incoming
from commonkeep_cli.local.placing import NotPlaced, Place, Target

TOKEN = b"node"


def _place(target: Target, place: Place, content: bytes, *, replace: bool = False) -> None:
    with Incoming(target, place, token=TOKEN) as incoming:
        os.pwrite(incoming.fd, content, 0)
        incoming.publish(mtime=1_700_000_000_123, replace=replace)


def test_a_file_gets_its_name_and_time_and_nothing_else_is_left(tmp_path: Path) -> None:
    with Target(str(tmp_path)) as target:
        assert target.make_folder(("a",))
        assert target.make_folder(("a", "b"))
        _place(target, ("a", "b", "c"), b"content")
    placed = tmp_path / "a" / "b" / "c"
    assert placed.read_bytes() == b"content"
    assert placed.stat().st_mtime_ns == 1_700_000_000_123_000_000
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "b", "c"]


def test_nothing_is_replaced_without_a_word(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with Target(str(tmp_path)) as target:
        with pytest.raises(NotPlaced, match="has its name already"):
            _place(target, ("mine",), b"theirs")
        assert (tmp_path / "mine").read_text() == "mine"
        _place(target, ("mine",), b"theirs", replace=True)
    assert (tmp_path / "mine").read_text() == "theirs"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("where", ["/", "elsewhere"])
def test_links_inside_the_target_are_not_followed(tmp_path: Path, where: str) -> None:
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (inside / "trap").symlink_to(outside if where == "elsewhere" else where)
    with Target(str(inside)) as target:
        with pytest.raises(NotPlaced):
            target.make_folder(("trap",))
        with pytest.raises(NotPlaced):
            target.make_folder(("trap", "deeper"))
        with pytest.raises(NotPlaced):
            _place(target, ("trap", "file"), b"x")
        with pytest.raises(NotPlaced, match="has its name already"):
            _place(target, ("trap",), b"x")
    assert list(outside.iterdir()) == []


def test_a_planted_temporary_name_is_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder = tmp_path / "target"
    folder.mkdir()
    for plant in (os.symlink, os.link):
        with Target(str(folder)) as target:
            with Incoming(target, ("file",), token=TOKEN) as incoming:
                temporary = os.readlink(f"/proc/self/fd/{incoming.fd}")
            plant(victim, temporary)
            with Incoming(target, ("file",), token=TOKEN, keep=True) as incoming:
                assert incoming.is_new
                os.pwrite(incoming.fd, b"overwritten", 0)
        assert victim.read_text() == "precious"


def _interrupted(target: Target, place: Place) -> None:
    with Incoming(target, place, token=TOKEN, keep=True) as incoming:
        os.pwrite(incoming.fd, b"half", 0)
        raise KeyboardInterrupt


def test_an_interrupted_file_is_found_again(tmp_path: Path) -> None:
    with Target(str(tmp_path)) as target:
        with pytest.raises(KeyboardInterrupt):
            _interrupted(target, ("big",))
        assert len(list(tmp_path.iterdir())) == 1
        with Incoming(target, ("big",), token=TOKEN, keep=True) as again:
            assert not again.is_new
            assert os.pread(again.fd, 10, 0) == b"half"
            with pytest.raises(NotPlaced, match="another get"):
                Incoming(target, ("big",), token=TOKEN, keep=True)
            again.publish(mtime=0)
    assert [path.name for path in tmp_path.iterdir()] == ["big"]


def test_what_an_interrupted_run_left_is_thrown_away(tmp_path: Path) -> None:
    with Target(str(tmp_path)) as target:
        with pytest.raises(KeyboardInterrupt):
            _interrupted(target, ("small",))
        _place(target, ("small",), b"whole")
    assert (tmp_path / "small").read_bytes() == b"whole"
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


@pytest.mark.parametrize("able", ["renameat2", "link", "neither"])
def test_nothing_is_replaced_whatever_the_system_is_able_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, able: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(95, "Operation not supported")

    if able != "renameat2":
        monkeypatch.setattr(incoming, "rename_to_new", lambda *_, **__: False)
    if able != "link":
        monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "mine").write_text("mine")
    with Target(str(tmp_path)) as target:
        with pytest.raises(NotPlaced):
            _place(target, ("mine",), b"theirs")
        _place(target, ("new",), b"theirs")
    assert (tmp_path / "mine").read_text() == "mine"
    assert (tmp_path / "new").read_text() == "theirs"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_meets_a_file_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "name").write_text("x")
    with Target(str(tmp_path)) as target, pytest.raises(NotPlaced, match="no folder"):
        target.make_folder(("name",))


def test_a_target_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotPlaced):
        Target(str(tmp_path / "file"))
    with pytest.raises(NotPlaced):
        Target(str(tmp_path / "none"))
