"""Everything the server holds about one, and nothing about anybody else."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Account, KeySlot
from accounts.services import export
from tests.people import Person, post


def exported(person: Person) -> tuple[str, Any]:
    response: Any = person.get("account/export")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"].startswith("attachment")
    text = response.getvalue().decode()
    return text, json.loads(text)


def test_it_holds_all_that_is_kept(alice: Person) -> None:
    alice.put("account/state", {"version": 0, "box": "AAECAw"})
    post(alice.client, "recovery/open", {"login": "alice", "auth": alice.recovery_auth})
    mine = exported(alice)[1]["account"]
    assert mine["login"] == "alice"
    assert [slot["method"] for slot in mine["key_slots"]] == ["password", "recovery"]
    assert alice.opened(mine["key_slots"][0]["box"]) == alice.amk
    assert mine["certificates"] == [alice.certificate()]
    assert [row["device_name"] for row in mine["sessions"]] == ["laptop"]
    assert len(mine["known_devices"]) == 1
    assert len(mine["recovery_tickets"]) == 1
    assert mine["state"] == {"version": 1, "box": "AAECAw"}


def test_it_holds_no_secret_and_no_hash_of_one(alice: Person) -> None:
    text = exported(alice)[0]
    hashes = KeySlot.objects.values_list("auth_hash", flat=True)
    secrets = [alice.auth, alice.recovery_auth, alice.token, alice.device_token, *hashes]
    assert not [secret for secret in secrets if secret in text]


def test_it_holds_nothing_of_anybody_else(alice: Person, charlie: Person) -> None:
    text = exported(charlie)[0]
    assert "alice" not in text
    assert alice.session not in text


def test_every_app_adds_its_part_and_a_long_list_is_written_bit_by_bit(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def part(account: Account) -> dict[str, object]:
        numbers: Iterator[object] = iter([1, {"two": iter([])}])
        return {"login": account.login, "numbers": numbers, "none": iter([])}

    monkeypatch.setattr(export, "_parts", dict(export._parts))
    export.contribute("extra", part)
    export.contribute("extra", part)
    found = exported(alice)[1]
    assert found["extra"] == {"login": "alice", "numbers": [1, {"two": []}], "none": []}
    assert "account" in found
    with pytest.raises(ValueError, match="two parts"):
        export.contribute("extra", lambda account: None)
