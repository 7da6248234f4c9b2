"""A new password: the account key stays, the other sessions end."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from commonkeep_cli.crypto import b64url
from tests.people import Person, answer, post, refusal

NEW_SALT = b"salt of another!"


@pytest.fixture
def renewed(alice: Person) -> Person:
    """Alice as she will be: another password, the same account key."""
    return replace(alice, password="nine lives of a grey cat", salt=NEW_SALT)


def change(old: Person, new: Person) -> dict[str, Any]:
    return {"auth": old.auth, "password": new.password_slot()}


def test_the_new_password_opens_the_same_account_key(
    alice: Person, renewed: Person, client: Client
) -> None:
    assert alice.put("account/password", change(alice, renewed)).status_code == 204
    grant = answer(post(client, "sessions", renewed.credentials()))
    assert renewed.opened(grant["password"]["box"]) == alice.amk
    assert grant["password"]["account_salt"] == b64url(NEW_SALT)
    assert grant["certificate"] == alice.certificate()


def test_the_old_password_is_void(alice: Person, renewed: Person, client: Client) -> None:
    alice.put("account/password", change(alice, renewed))
    old = post(client, "sessions", alice.credentials())
    assert refusal(old) == (401, "wrong-credentials")


def test_every_other_session_ends(alice: Person, renewed: Person, charlie: Person) -> None:
    telephone = alice.sign_in()
    alice.put("account/password", change(alice, renewed))
    assert refusal(telephone.get("account")) == (401, "no-session")
    assert alice.get("account").status_code == 200
    assert charlie.get("account").status_code == 200


def test_the_old_password_must_be_proved(alice: Person, renewed: Person, client: Client) -> None:
    body = {"auth": b64url(bytes(32)), "password": renewed.password_slot()}
    assert refusal(alice.put("account/password", body)) == (401, "wrong-credentials")
    assert post(client, "sessions", alice.credentials()).status_code == 201


def test_the_recovery_proof_changes_no_password(alice: Person, renewed: Person) -> None:
    body = {"auth": alice.recovery_auth, "password": renewed.password_slot()}
    assert refusal(alice.put("account/password", body)) == (401, "wrong-credentials")


def test_a_change_sent_twice_answers_the_same(alice: Person, renewed: Person) -> None:
    body = change(alice, renewed)
    for _ in range(2):
        assert alice.put("account/password", body).status_code == 204


def test_the_recovery_code_stays_valid(alice: Person, renewed: Person, client: Client) -> None:
    alice.put("account/password", change(alice, renewed))
    body = {"login": "alice", "auth": alice.recovery_auth}
    assert post(client, "recovery/open", body).status_code == 200


def test_a_profile_that_nobody_knows_is_refused(alice: Person, renewed: Person) -> None:
    body = change(alice, renewed)
    body["password"]["profile"] = 3
    response = alice.put("account/password", body)
    assert refusal(response) == (400, "malformed")
    assert answer(response)["fields"][0]["field"] == "password.profile"
