"""ls and tree: what they show, in which order, and what a name may do to a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from commonkeep_cli.api import tree as addresses
from commonkeep_cli.api import wire
from commonkeep_cli.api.problems import ApiProblem
from commonkeep_cli.api.transport import Api
from commonkeep_cli.crypto import NodeId
from tests.cli.shell import Shell


def test_names_are_sorted_and_shown_long(resident: Shell, place: str) -> None:
    resident.ok("mkdir", f"{place}/b", f"{place}/a")
    lines = resident.ok("ls", "-l", place).splitlines()
    assert [re.sub(r"\d", "0", line) for line in lines] == [
        "       -  0000-00-00 00:00  a/",
        "       -  0000-00-00 00:00  b/",
    ]
    assert sorted(resident.ok("ls", "-U", place).split()) == ["a/", "b/"]


def test_documents_are_what_the_page_promises(resident: Shell, place: str) -> None:
    resident.ok("mkdir", "-p", f"{place}/é/inner")
    listed = resident.json("ls", place)
    assert listed.keys() == {"path", "items", "failed"}
    assert listed["items"][0].keys() == {"name", "type", "size", "mtime", "node", "rev"}
    drawn = resident.json("tree", place)
    assert (drawn["folders"], drawn["files"], drawn["bytes"]) == (2, 0, 0)
    assert drawn["tree"]["children"][0]["children"][0]["name"] == "inner"


def test_a_name_in_another_normal_form_is_the_same_name(resident: Shell, place: str) -> None:
    resident.ok("mkdir", f"{place}/é")
    assert resident.ok("ls", f"{place}/é") == ""
    assert resident.run("mkdir", f"{place}/é").exit_code == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("invoice\u202egpj.exe", "invoice\\u{202e}gpj.exe"),
        ("a\u2028b", "a\\u{2028}b"),
        ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
    ],
)
def test_what_would_mislead_the_eye_is_spelt_out(
    resident: Shell, place: str, name: str, shown: str
) -> None:
    resident.ok("mkdir", f"{place}/{name}")
    assert resident.ok("ls", place) == f"{shown}/\n"
    assert json.loads(resident.ok("ls", place, "--json"))["items"][0]["name"] == name
    assert resident.ok("ls", place, "--json").isascii()


@pytest.mark.parametrize("name", ["\x1b[31mred", "two\nlines", "x" * 256, "..", "\udcff"])
def test_names_that_cannot_be_are_not_made(resident: Shell, place: str, name: str) -> None:
    assert resident.run("mkdir", f"{place}/{name}").exit_code == 2


def test_paths_begin_at_the_root(resident: Shell) -> None:
    resident.play("""
        $ commonkeep ls Photos
        error: Photos is not a path in the account.
        hint: Paths in the account begin with a slash: /Photos
        [2]
        $ commonkeep ls /a/../b
        error: /a/../b has . or .. in it.
        hint: Write the path out from the root.
        [2]
        $ commonkeep ls /nothing/here
        error: There is no /nothing in the account.
        [1]
    """)


def test_room_is_told_to_people_and_to_programs(newcomer: Shell) -> None:
    newcomer.ok("mkdir", "/a")
    assert newcomer.json("quota") == {
        "used": 1024,
        "reserved": 0,
        "ceiling": 100_000_000_000,
        "free": 99_999_998_976,
        "failed": [],
    }


def test_many_folders_are_listed_by_few_requests(
    resident: Shell, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(150):
        (tmp_path / "wide" / f"{number:03}" / "deep").mkdir(parents=True)
    resident.ok("put", str(tmp_path / "wide"), place)
    lots: list[int] = []
    ask = addresses.many_children

    def counted(api: Api, folders: Sequence[NodeId]) -> list[wire.Listing]:
        lots.append(len(folders))
        return ask(api, folders)

    monkeypatch.setattr(addresses, "many_children", counted)
    drawn = resident.ok("tree", f"{place}/wide")
    assert drawn.count("deep/") == 150
    assert sum(lots) == 301
    assert len(lots) < 30
    assert resident.ok("put", str(tmp_path / "wide"), place).startswith("put 0 files")


def test_a_folder_that_goes_while_many_are_listed_fails_alone(
    resident: Shell, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident.ok("mkdir", f"{place}/a", f"{place}/b", f"{place}/a/inner")

    def gone(api: Api, folders: Sequence[NodeId]) -> list[wire.Listing]:
        raise ApiProblem(status=404, code="not-found", members={})

    monkeypatch.setattr(addresses, "many_children", gone)
    assert "inner/" in resident.ok("tree", place)
