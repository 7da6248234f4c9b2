"""One JSON document on standard output, whatever becomes of the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from commonkeep_cli.api import paging
from commonkeep_cli.commands import asking
from tests.cli.hostile import Hostile, between
from tests.cli.shell import Shell


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> Hostile:
    return between(monkeypatch)


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate", "--json"],
        ["mv", "/a", "--json"],
        ["--json", "ls", "--what"],
        ["ls", "/", "/", "--json"],
    ],
)
def test_a_mistake_is_a_document_too(resident: Shell, arguments: list[str]) -> None:
    result = resident.run(*arguments)
    assert (result.exit_code, json.loads(result.stdout)["error"]["exit"]) == (2, 2)


def test_a_listing_that_breaks_off_is_whole_all_the_same(
    resident: Shell, place: str, hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 1)
    resident.ok("mkdir", f"{place}/a", f"{place}/b")
    folder = next(i["node"] for i in resident.json("ls")["items"] if i["name"] == place[1:])
    answers: list[Any] = []

    def lie(answer: Any) -> Any:
        answers.append(answer)
        if len(answers) > 1:
            return {"items": "none"}
        return {"items": answer["items"][:1], "next": "more"}

    hostile.lie("GET", f"nodes/{folder}/children", lie)
    result = resident.run("ls", "-U", place, "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, len(document["items"]), len(document["failed"])) == (5, 1, 1)


@pytest.mark.parametrize(
    ("command", "document"),
    [
        (["rm", "--forever"], {"removed": [], "forever": True, "dry_run": False, "failed": []}),
        (["trash", "empty"], {"removed": 0, "dry_run": False, "failed": []}),
        (["close"], {"closes_at": None, "failed": []}),
    ],
)
def test_consent_that_is_not_given_is_a_document(
    resident: Shell,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    document: dict[str, Any],
) -> None:
    monkeypatch.setattr(asking, "check_terminal", lambda *_: None)
    arguments = [*command, place] if command[0] == "rm" else command
    result = resident.run(*arguments, "--json", stdin="n\n")
    assert (result.exit_code, json.loads(result.stdout)) == (0, document)


def test_an_input_that_ends_is_a_document(
    resident: Shell, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "check_terminal", lambda *_: None)
    result = resident.run("rm", "--forever", place, "--json", stdin="")
    assert (result.exit_code, json.loads(result.stdout)["error"]["exit"]) == (2, 2)


def test_what_cannot_be_checked_is_not_removed(
    resident: Shell, place: str, hostile: Hostile
) -> None:
    resident.ok("rm", place)

    def change(answer: Any) -> Any:
        record = {**answer["items"][0]["record"], "sig": "A" * 86}
        return {**answer, "items": [{**answer["items"][0], "record": record}]}

    hostile.lie("GET", "trash", change)
    assert resident.run("trash", "empty", "--yes").exit_code == 5
    assert ("DELETE", "trash") not in hostile.asked


def test_a_bundle_does_not_write_on_the_screen(
    resident: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "check_terminal", lambda *_: None)
    bundle = tmp_path / "bundle"
    resident.ok("export", str(bundle))
    head = json.loads((bundle / "bundle.json").read_text())
    (bundle / "bundle.json").write_text(json.dumps({**head, "login": "eve\x1b[2J"}))
    offline = Shell(tmp_path / "offline", "http://127.0.0.1:9", password="")
    result = offline.run("decrypt-bundle", str(bundle), str(tmp_path / "back"), stdin="x\n")
    assert "\x1b" not in result.output
    assert "eve\\x1b[2J" in result.output
