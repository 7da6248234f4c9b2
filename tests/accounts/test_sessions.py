"""Sessions: what a token opens, how they are listed, and how they end."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.models import KnownDevice, Session
from commonkeep import wire
from commonkeep_cli.crypto import b64url
from tests.people import Person, answer, refusal, send

ADDRESSES = [
    ("get", "sessions"),
    ("delete", "sessions/current"),
    ("delete", "sessions/others"),
    ("delete", f"sessions/{b64url(bytes(16))}"),
    ("get", "account"),
    ("put", "account/password"),
    ("put", "account/closure"),
    ("delete", "account/closure"),
    ("get", "account/export"),
    ("get", "account/state"),
    ("put", "account/state"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer x",
        f"Bearer {b64url(bytes(32))}",
        f"Basic {b64url(bytes(32))}",
        "Bearer \x00é",
    ],
)
def test_without_a_session_there_is_no_way_in(
    client: Client, method: str, path: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = send(client, method, path, headers=headers)
    assert refusal(response) == (401, "no-session")
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_session_names_its_device_and_is_marked_as_current(alice: Person) -> None:
    alice.sign_in()
    page = answer(alice.get("sessions"))
    names = {row["device_name"]: row["current"] for row in page["items"]}
    assert names == {"laptop": True, "telephone": False}
    assert page["next"] is None
    assert set(page["items"][0]) == {
        *("session", "device_name", "created_at", "seen_at", "current", "transport"),
    }


def test_sessions_come_in_pages(alice: Person) -> None:
    expected = {alice.session, alice.sign_in().session, alice.sign_in().session}
    first = answer(alice.get("sessions?limit=2"))
    second = answer(alice.get(f"sessions?limit=2&after={first['next']}"))
    assert {row["session"] for row in first["items"] + second["items"]} == expected
    assert second["next"] is None


def test_nobody_sees_anothers_sessions(alice: Person, charlie: Person) -> None:
    seen = [row["session"] for row in answer(charlie.get("sessions"))["items"]]
    assert seen == [charlie.session]


def test_one_session_can_be_ended_and_that_may_be_said_twice(alice: Person) -> None:
    telephone = alice.sign_in()
    for _ in range(2):
        assert alice.delete(f"sessions/{telephone.session}").status_code == 204
    assert refusal(telephone.get("account")) == (401, "no-session")
    assert alice.get("account").status_code == 200


def test_charlie_cannot_end_alices_session_nor_learn_of_it(alice: Person, charlie: Person) -> None:
    hers = charlie.delete(f"sessions/{alice.session}")
    nobodys = charlie.delete(f"sessions/{b64url(bytes(16))}")
    assert (hers.status_code, hers.content) == (nobodys.status_code, nobodys.content)
    assert alice.get("account").status_code == 200


def test_signing_out_ends_this_session_only(alice: Person) -> None:
    telephone = alice.sign_in()
    assert alice.delete("sessions/current").status_code == 204
    assert refusal(alice.get("account")) == (401, "no-session")
    assert telephone.get("account").status_code == 200


def test_all_other_sessions_can_be_ended_but_not_charlies(alice: Person, charlie: Person) -> None:
    telephone = alice.sign_in()
    assert alice.delete("sessions/others").status_code == 204
    assert refusal(telephone.get("account")) == (401, "no-session")
    assert alice.get("account").status_code == 200
    assert charlie.get("account").status_code == 200


def test_a_session_id_is_no_token(alice: Person) -> None:
    alice.token = alice.session
    assert refusal(alice.get("account")) == (401, "no-session")


def test_a_device_token_opens_nothing(alice: Person) -> None:
    alice.token = alice.device_token
    assert refusal(alice.get("account")) == (401, "no-session")


def test_a_bearer_token_is_no_cookie(alice: Person, client: Client) -> None:
    client.cookies["commonkeep_session"] = alice.token
    assert refusal(send(client, "get", "account")) == (401, "no-session")


def test_tokens_are_kept_hashed(alice: Person) -> None:
    row = Session.objects.get()
    assert wire.encode(row.token_hash) != alice.token
    assert wire.decode(alice.token) not in bytes(row.token_hash)


def test_use_is_noted_every_few_minutes_and_not_on_each_request(alice: Person) -> None:
    def seen() -> object:
        alice.get("account")
        return Session.objects.get().seen_at

    before = seen()
    assert seen() == before
    long_ago = timezone.now() - timedelta(minutes=6)
    Session.objects.update(seen_at=long_ago)
    assert seen() != long_ago


def test_a_session_that_nobody_uses_is_ended(alice: Person, bob: Person) -> None:
    long_ago = timezone.now() - timedelta(days=181)
    Session.objects.filter(account_id=alice.user_id).update(seen_at=long_ago)
    KnownDevice.objects.filter(account_id=alice.user_id).update(
        seen_at=timezone.now() - timedelta(days=401)
    )
    tasks.forget()
    assert refusal(alice.get("account")) == (401, "no-session")
    assert bob.get("account").status_code == 200
    assert [device.account_id for device in KnownDevice.objects.all()] == [bob.user_id]
