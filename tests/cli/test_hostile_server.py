"""What a lying server gets: exit 5, and nothing of what it sent is shown or kept."""

from __future__ import annotations

import copy
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from commonkeep_cli.api.grants import Prelogin
from commonkeep_cli.api.problems import ApiProblem
from commonkeep_cli.vault import state
from commonkeep_cli.vault.account import open_vault
from commonkeep_cli.vault.home import Home
from tests.cli.hostile import Hostile, Lie, between
from tests.cli.shell import Shell


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> Hostile:
    return between(monkeypatch)


def _id(resident: Shell, path: str, name: str) -> str:
    items = resident.json("ls", path)["items"]
    return str(next(item["node"] for item in items if item["name"] == name))


def _flipped(text: str) -> str:
    return ("B" if text[0] == "A" else "A") + text[1:]


def test_an_older_record_is_refused(resident: Shell, place: str, hostile: Hostile) -> None:
    resident.ok("mkdir", f"{place}/old")
    folder = _id(resident, "/", place[1:])
    node = _id(resident, place, "old")
    old = hostile.answers["GET", f"nodes/{folder}/children"]
    resident.ok("mv", f"{place}/old", f"{place}/new")
    hostile.lie("GET", f"nodes/{folder}/children", lambda _: old)
    # A listing made a moment too early is no attack: the record itself is asked for again.
    assert resident.ok("ls", place) == "new/\n"
    hostile.lie("GET", f"nodes/{node}", lambda _: old["items"][0])
    result = resident.run("ls", place)
    assert (result.exit_code, result.stdout) == (5, "")


def test_an_older_record_is_refused_in_the_place_of_another(
    resident: Shell, place: str, hostile: Hostile
) -> None:
    resident.ok("mkdir", f"{place}/one", f"{place}/a")
    folder = _id(resident, "/", place[1:])
    one, two = _id(resident, place, "one"), _id(resident, place, "a")
    listing = ("GET", f"nodes/{folder}/children")
    first = [item for item in hostile.answers[listing]["items"] if item["record"]["node"] == one]
    resident.ok("mv", f"{place}/one", f"{place}/uno")
    resident.ok("mv", f"{place}/a", f"{place}/b")
    resident.ok("mv", f"{place}/b", f"{place}/c")
    as_c = hostile.answers["PUT", f"nodes/{two}"]
    resident.ok("mv", f"{place}/c", f"{place}/d")
    # The listing shows the first as it was; asked once more, the server answers with the second,
    # older than it was seen but newer than the first.
    hostile.lie(*listing, lambda answer: {**answer, "items": first})
    hostile.lie("GET", f"nodes/{one}", lambda _: as_c)
    result = resident.run("ls", place)
    assert (result.exit_code, result.stdout) == (5, "")


def test_a_name_never_leads_to_what_has_another_name_now(
    resident: Shell, place: str, hostile: Hostile
) -> None:
    resident.ok("mkdir", f"{place}/old")
    folder = _id(resident, "/", place[1:])
    resident.ok("ls", place)
    old = hostile.answers["GET", f"nodes/{folder}/children"]
    resident.ok("mv", f"{place}/old", f"{place}/new")
    hostile.lie("GET", f"nodes/{folder}/children", lambda _: old)
    result = resident.run("rm", f"{place}/old")
    assert (result.exit_code, "There is no" in result.stderr) == (1, True)
    del hostile.lies["GET", f"nodes/{folder}/children"]
    assert resident.ok("ls", place) == "new/\n"


@pytest.mark.parametrize("member", ["sig", "meta_box", "key_box", "tag"])
def test_a_changed_record_is_refused_and_the_others_are_shown(
    resident: Shell, place: str, hostile: Hostile, member: str
) -> None:
    resident.ok("mkdir", f"{place}/good", f"{place}/bad")
    folder, bad = _id(resident, "/", place[1:]), _id(resident, place, "bad")

    def change(answer: Any) -> Any:
        changed = copy.deepcopy(answer)
        for node in changed["items"]:
            if node["record"]["node"] == bad:
                node["record"][member] = _flipped(node["record"][member])
        return changed

    hostile.lie("GET", f"nodes/{folder}/children", change)
    result = resident.run("ls", place)
    assert (result.exit_code, result.stdout) == (5, "good/\n")
    assert (
        f"error: {bad}: What the server sent is not what an honest client stored" in result.stderr
    )
    document = json.loads(resident.run("ls", place, "--json").stdout)
    assert [one["exit"] for one in document["failed"]] == [5]


def test_what_lies_in_one_folder_is_not_shown_in_another(
    resident: Shell, place: str, hostile: Hostile
) -> None:
    resident.ok("mkdir", "-p", f"{place}/a/secret", f"{place}/b")
    a, b = _id(resident, place, "a"), _id(resident, place, "b")
    resident.ok("ls", f"{place}/a")
    stolen = hostile.answers["GET", f"nodes/{a}/children"]
    hostile.lie("GET", f"nodes/{b}/children", lambda _: stolen)
    result = resident.run("ls", f"{place}/b")
    assert (result.exit_code, result.stdout) == (5, "")


def test_a_folder_listed_twice_is_refused(resident: Shell, place: str, hostile: Hostile) -> None:
    resident.ok("mkdir", f"{place}/a")
    folder = _id(resident, "/", place[1:])
    twice = lambda answer: {**answer, "items": answer["items"] * 2}  # noqa: E731
    hostile.lie("GET", f"nodes/{folder}/children", twice)
    assert resident.run("ls", place).exit_code == 5


@pytest.mark.parametrize("command", ["get", "verify", "tree"])
def test_a_folder_below_itself_is_refused(
    resident: Shell, place: str, hostile: Hostile, tmp_path: Path, command: str
) -> None:
    """Every record is genuine, but they were never true at the same time."""
    resident.ok("mkdir", "-p", f"{place}/a/b")
    top, a = _id(resident, "/", place[1:]), _id(resident, place, "a")
    b = _id(resident, f"{place}/a", "b")
    before = {node: hostile.answers["GET", f"nodes/{node}/children"] for node in (top, a)}
    resident.ok("mv", f"{place}/a/b", place)
    resident.ok("mv", f"{place}/a", f"{place}/b")
    resident.ok("ls", f"{place}/b")
    after = hostile.answers["GET", f"nodes/{b}/children"]
    # A device that has not seen the first of these moves.
    with sqlite3.connect(resident.home / "state.sqlite3") as database:
        database.execute("DELETE FROM marks")
    database.close()
    for node, answer in {**before, b: after}.items():
        hostile.lie("GET", f"nodes/{node}/children", _always(answer))
    hostile.lie("POST", "nodes/children", _raise_not_found)
    arguments = [command, place, *([str(tmp_path / "back")] if command == "get" else [])]
    result = resident.run(*arguments)
    assert (result.exit_code, "deeper than they can be" in result.stderr) == (5, True)
    assert not (tmp_path / "back").exists()


def _always(answer: Any) -> Lie:
    return lambda _: answer


def _raise_not_found(_: Any) -> Any:
    raise ApiProblem(status=404, code="not-found", members={})


def test_a_list_without_end_is_refused(resident: Shell, hostile: Hostile) -> None:
    resident.ok("sessions")
    first = hostile.answers["GET", "sessions"]
    hostile.lie("GET", "sessions", lambda _: {**first, "next": "again"})
    assert resident.run("sessions").exit_code == 5


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"items": [{}], "next": None}, {"items": "none", "next": None}]
)
def test_an_answer_of_another_shape_is_refused(
    resident: Shell, hostile: Hostile, answer: Any
) -> None:
    hostile.lie("GET", "nodes", lambda _: answer)
    assert resident.run("ls").exit_code == 5


def test_an_acknowledgement_of_something_else_is_refused(
    resident: Shell, place: str, hostile: Hostile
) -> None:
    resident.ok("mkdir", f"{place}/a")
    node = _id(resident, place, "a")
    resident.ok("mv", f"{place}/a", f"{place}/b")
    hostile.replay("PUT", f"nodes/{node}")
    assert resident.run("mv", f"{place}/b", f"{place}/c").exit_code == 5


def test_a_weaker_derivation_is_refused_before_anything_is_proved(
    newcomer: Shell, login: str, hostile: Hostile
) -> None:
    newcomer.ok("logout")
    with sqlite3.connect(newcomer.home / "state.sqlite3") as database:
        database.execute("UPDATE known_logins SET profile = 2")
    database.close()
    assert newcomer.run("login", login).exit_code == 5
    assert ("POST", "sessions") not in hostile.asked


def test_an_unknown_derivation_is_refused(newcomer: Shell, login: str, hostile: Hostile) -> None:
    newcomer.ok("logout")
    hostile.lie("POST", "prelogin", lambda answer: {**answer, "profile": 9})
    assert newcomer.run("login", login).exit_code == 5
    assert ("POST", "sessions") not in hostile.asked


def test_a_password_that_was_replaced_does_not_come_back(
    newcomer: Shell, login: str, tmp_path: Path
) -> None:
    """A server that puts the old password slot back is found out by a device it has never met."""
    vault = open_vault(home=Home(newcomer.home))
    state.allow(vault, [Prelogin(account_salt=bytes(16), profile=1)])
    vault.marks.close()
    fresh = Shell(tmp_path / "fresh", newcomer.server)
    result = fresh.run("login", login)
    assert (result.exit_code, "derivation that is not this account's" in result.stderr) == (5, True)
    assert not (fresh.home / "keys").exists()


@pytest.mark.parametrize("member", ["ed_pk", "xw_pk", "sig"])
def test_public_keys_that_are_not_ours_are_refused(
    newcomer: Shell, login: str, hostile: Hostile, member: str
) -> None:
    newcomer.ok("logout")

    def swap(answer: Any) -> Any:
        certificate = answer["certificate"]
        return {**answer, "certificate": {**certificate, member: _flipped(certificate[member])}}

    hostile.lie("POST", "sessions", swap)
    assert newcomer.run("login", login).exit_code == 5
    assert not (newcomer.home / "keys").exists()
    assert ("DELETE", "sessions/current") in hostile.asked


def test_another_account_under_a_known_login_is_refused(
    newcomer: Shell, login: str, hostile: Hostile
) -> None:
    newcomer.ok("logout")
    hostile.lie("POST", "sessions", lambda answer: {**answer, "user": _flipped(answer["user"])})
    assert newcomer.run("login", login).exit_code == 5


def test_an_older_account_state_is_refused(newcomer: Shell, hostile: Hostile) -> None:
    newcomer.variables["COMMONKEEP_NEW_PASSWORD"] = "a wholly different one"
    newcomer.ok("passwd")
    hostile.lie("GET", "account/state", lambda _: {"version": 0, "box": None})
    newcomer.password = "a wholly different one"
    result = newcomer.run("passwd")
    assert (result.exit_code, "older state" in result.stderr) == (5, True)


def test_a_code_is_not_proved_to_a_server_that_names_another_account(
    newcomer: Shell, login: str, hostile: Hostile, tmp_path: Path
) -> None:
    hostile.lie("POST", "recovery/user", lambda answer: {"user": _flipped(answer["user"])})
    file = str(tmp_path / "recovery.txt")
    assert newcomer.run("recover", login, "--code-file", file).exit_code == 5
    assert ("POST", "recovery/open") not in hostile.asked


def test_one_bad_record_does_not_keep_the_rest_out_of_a_bundle(
    resident: Shell, place: str, hostile: Hostile, tmp_path: Path
) -> None:
    for text in ("old", "new", "newest"):
        (tmp_path / "file").write_text(text)
        resident.ok("put", str(tmp_path / "file"), place)
    resident.ok("mkdir", f"{place}/bad")
    node = _id(resident, place, "file")
    resident.ok("rm", f"{place}/bad")

    def change(answer: Any) -> Any:
        changed = copy.deepcopy(answer)
        record = changed["items"][-1]["record"]
        record["sig"] = _flipped(record["sig"])
        return changed

    hostile.lie("GET", "trash", change)
    hostile.lie("GET", f"nodes/{node}/revisions", change)
    result = resident.run("export", str(tmp_path / "bundle"), "--json")
    assert (result.exit_code, len(json.loads(result.stdout)["failed"])) == (5, 2)
    records = (tmp_path / "bundle" / "records.jsonl").read_text().splitlines()
    (kept,) = [line for line in map(json.loads, records) if line["record"]["node"] == node]
    assert len(kept["versions"]) == 1
