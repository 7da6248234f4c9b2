"""Before and at sign-in: what strangers learn (nothing), and what the owner gets."""

import pytest
from django.test import Client

from accounts.models import KnownDevice, Session
from commonkeep_cli.crypto import b64url, unb64url
from tests.people import Person, answer, post, refusal


def test_prelogin_gives_what_the_password_is_derived_with(alice: Person, client: Client) -> None:
    found = answer(post(client, "prelogin", {"login": "alice"}))
    assert found == {"account_salt": b64url(alice.salt), "profile": 1}


def test_prelogin_answers_an_unknown_login_in_the_same_way(alice: Person, client: Client) -> None:
    known = post(client, "prelogin", {"login": "alice"})
    unknown = post(client, "prelogin", {"login": "nobody"})
    assert unknown.status_code == known.status_code
    assert set(unknown.headers) == set(known.headers)
    assert answer(unknown)["profile"] == answer(known)["profile"]
    assert len(unb64url(answer(unknown)["account_salt"])) == 16


@pytest.mark.django_db
def test_prelogin_answers_an_unknown_login_the_same_every_time(client: Client) -> None:
    def salt(login: str) -> str:
        return str(answer(post(client, "prelogin", {"login": login}))["account_salt"])

    assert salt("nobody") == salt("nobody")
    assert salt("nobody") != salt("somebody")


def test_the_right_password_gives_a_session_and_the_box(alice: Person, client: Client) -> None:
    response = post(client, "sessions", alice.credentials())
    grant = answer(response)
    assert response.status_code == 201
    assert alice.opened(grant["password"]["box"]) == alice.amk
    alice.token = grant["token"]
    assert alice.get("account").status_code == 200


def test_wrong_password_and_unknown_login_are_refused_alike(alice: Person, client: Client) -> None:
    wrong = {"auth": b64url(bytes(32))}
    at_alice = post(client, "sessions", alice.credentials() | wrong)
    at_nobody = post(client, "sessions", alice.credentials() | wrong | {"login": "nobody"})
    assert refusal(at_alice) == (401, "wrong-credentials")
    assert at_alice.content == at_nobody.content
    assert Session.objects.count() == 1


def test_the_recovery_proof_is_no_password(alice: Person, client: Client) -> None:
    body = alice.credentials() | {"auth": alice.recovery_auth}
    assert refusal(post(client, "sessions", body)) == (401, "wrong-credentials")


def test_charlies_password_does_not_open_alices_account(
    alice: Person, charlie: Person, client: Client
) -> None:
    body = charlie.credentials() | {"login": "alice"}
    assert refusal(post(client, "sessions", body)) == (401, "wrong-credentials")


def test_a_known_device_keeps_its_token(alice: Person, client: Client) -> None:
    body = alice.credentials() | {"device_token": alice.device_token}
    assert answer(post(client, "sessions", body))["device_token"] == alice.device_token
    assert KnownDevice.objects.count() == 1


def test_a_strangers_device_token_is_replaced(
    alice: Person, charlie: Person, client: Client
) -> None:
    body = alice.credentials() | {"device_token": charlie.device_token}
    assert answer(post(client, "sessions", body))["device_token"] != charlie.device_token


def test_a_stale_token_keeps_nobody_from_signing_in(alice: Person) -> None:
    alice.token = b64url(bytes(32))
    assert alice.post("sessions", alice.credentials()).status_code == 201


@pytest.mark.parametrize("auth", ["A" * 42, "A" * 44, "A" * 42 + "B", "A" * 43 + "=", None, 7])
def test_an_auth_key_of_another_length_or_spelling_is_refused(
    alice: Person, client: Client, auth: object
) -> None:
    response = post(client, "sessions", alice.credentials() | {"auth": auth})
    assert refusal(response) == (400, "malformed")
    assert [fault["field"] for fault in answer(response)["fields"]] == ["auth"]


def test_an_account_remembers_its_newest_devices_only(alice: Person) -> None:
    KnownDevice.objects.bulk_create(
        KnownDevice(account_id=alice.user_id, token_hash=bytes([i]) * 32) for i in range(60)
    )
    alice.sign_in()
    assert KnownDevice.objects.filter(account_id=alice.user_id).count() == 50
