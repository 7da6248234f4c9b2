"""Versions of a file: listed, restored, and never mixed up with another file's."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.cli.hostile import between
from tests.cli.shell import Shell


def _put(resident: Shell, place: str, file: Path, content: str) -> None:
    file.write_text(content)
    resident.ok("put", str(file), place)


def test_an_old_version_becomes_current_again(resident: Shell, place: str, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    for content in ("first", "second one", "the third one"):
        _put(resident, place, file, content)
    note = f"{place}/note.txt"
    found = resident.json("versions", note)["items"]
    assert [(one["size"], one["current"]) for one in found] == [(13, True), (10, False), (5, False)]
    resident.ok("mv", note, f"{place}/renamed.txt")
    resident.play(f"""
        $ commonkeep versions {place}/renamed.txt --restore 3 --dry-run
        would make the version of … the current one
        $ commonkeep versions {place}/renamed.txt --restore 3
        made the version of … the current one
        $ commonkeep versions {place}/renamed.txt --restore 3
        This version is the current one already.
        $ commonkeep get {place}/renamed.txt {tmp_path}/back.txt
        got 1 file, 5 B in … s; 0 skipped; 0 failed
        $ commonkeep versions {place}/renamed.txt --restore {found[1]["rev"]}
        made the version of … the current one
        $ commonkeep versions {place}/renamed.txt --restore 9
        error: There is no version 9.
        hint: Without --restore they are listed.
        [1]
        $ commonkeep versions {place}
        error: {place[1:]} is a folder.
        [1]
    """)
    assert (tmp_path / "back.txt").read_text() == "first"
    found = resident.json("versions", f"{place}/renamed.txt")["items"]
    assert [one["current"] for one in found] == [False, True, False]


@pytest.mark.parametrize("member", ["rev", "size", "record"])
def test_a_version_that_is_not_this_files_is_refused(
    resident: Shell, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, member: str
) -> None:
    _put(resident, place, tmp_path / "mine.txt", "mine")
    _put(resident, place, tmp_path / "other.txt", "the other")
    nodes = {one["name"]: one["node"] for one in resident.json("ls", place)["items"]}
    hostile = between(monkeypatch)
    resident.ok("versions", f"{place}/other.txt")
    other = hostile.answers["GET", f"nodes/{nodes['other.txt']}/revisions"]["items"][0]

    def swap(answer: Any) -> Any:
        changed = copy.deepcopy(answer)
        changed["items"][0][member] = other[member]
        return changed

    hostile.lie("GET", f"nodes/{nodes['mine.txt']}/revisions", swap)
    result = resident.run("versions", f"{place}/mine.txt")
    assert (result.exit_code, result.stdout) == (5, "")


@pytest.mark.parametrize("member", ["rev", "size"])
def test_content_that_the_record_does_not_name_is_refused(
    resident: Shell, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, member: str
) -> None:
    _put(resident, place, tmp_path / "mine.txt", "mine")
    _put(resident, place, tmp_path / "other.txt", "the other")
    listed = {one["name"]: one for one in resident.json("ls", "/")["items"]}
    hostile = between(monkeypatch)

    def swap(answer: Any) -> Any:
        first, second = copy.deepcopy(answer["items"])
        first[member], second[member] = second[member], first[member]
        return {**answer, "items": [first, second]}

    hostile.lie("GET", f"nodes/{listed[place[1:]]['node']}/children", swap)
    result = resident.run("ls", place)
    assert (result.exit_code, result.stdout) == (5, "")
