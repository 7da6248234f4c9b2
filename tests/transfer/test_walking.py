"""What is found below a local folder, and what is left out with a reason."""

import os
import socket
from pathlib import Path

import pytest

from commonkeep_cli.local.walking import Found, Kind, walk


def _by_place(path: Path) -> dict[str, Found]:
    return {"/".join(found.place): found for found in walk(str(path))}


def test_folders_come_before_what_is_in_them(tmp_path: Path) -> None:
    (tmp_path / "b" / "c" / "d").mkdir(parents=True)
    (tmp_path / "b" / "c" / "file").write_text("x")
    (tmp_path / "a").write_text("x")
    places = [found.place for found in walk(str(tmp_path))]
    assert places[0] == ()
    assert all(place[:-1] in places[: places.index(place)] for place in places[1:])
    assert len(places) == 6


def test_links_devices_and_undecodable_names_are_skipped(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
    (tmp_path / os.fsdecode(b"caf\xe9")).write_text("x")
    kinds = {place: found.kind for place, found in _by_place(tmp_path).items() if place}
    assert set(kinds.values()) == {Kind.SKIPPED}
    assert len(kinds) == 4


def test_names_are_nfc_and_two_that_collide_both_fail(tmp_path: Path) -> None:
    (tmp_path / "cafe\u0301").write_text("nfd")
    found = _by_place(tmp_path)
    assert found["caf\u00e9"].kind is Kind.FILE
    (tmp_path / "caf\u00e9").write_text("nfc")
    assert _by_place(tmp_path)["caf\u00e9"].kind is Kind.FAILED


def test_what_is_missing_fails(tmp_path: Path) -> None:
    (found,) = walk(str(tmp_path / "none"))
    assert found.kind is Kind.FAILED
    assert found.reason == "No such file or directory"


def test_a_very_deep_folder_is_walked(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    assert sum(1 for _ in walk(str(tmp_path))) == 301


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read_fails(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o000)
    kinds = [found.kind for found in walk(str(tmp_path))]
    assert kinds == [Kind.FOLDER, Kind.FOLDER, Kind.FAILED]
