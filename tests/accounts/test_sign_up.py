"""Signing up, and who gets the login when two want it."""

from functools import partial
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, Claim, Session
from accounts.signals import account_opened
from commonkeep_cli.crypto import b64url, unb64url
from tests.accounts.at_once import at_once
from tests.people import Person, answer, post, refusal

pytestmark = pytest.mark.django_db


def test_a_sign_up_gives_a_session_that_works(client: Client) -> None:
    alice = Person.sign_up(client, "alice")
    account = answer(alice.get("account"))
    assert account["login"] == "alice"
    assert account["user"] == b64url(alice.user)
    assert account["closes_at"] is None
    assert account["certificate"] == alice.certificate()


def test_the_grant_holds_all_that_a_device_needs(client: Client) -> None:
    alice = Person.drawn(client, "alice")
    grant = answer(post(client, "accounts", alice.application()))
    assert set(grant) == {
        *("session", "token", "device_token", "user", "login"),
        *("closes_at", "amk_gen", "password", "certificate"),
    }
    assert alice.opened(grant["password"]["box"]) == alice.amk


def test_a_taken_login_is_refused_and_its_owner_untouched(alice: Person, client: Client) -> None:
    charlie = Person.drawn(client, "alice")
    assert refusal(post(client, "accounts", charlie.application())) == (409, "login-taken")
    assert alice.get("account").status_code == 200
    assert Account.objects.count() == 1


def test_a_taken_id_is_refused(alice: Person, client: Client) -> None:
    charlie = Person.drawn(client, "charlie")
    charlie.user = alice.user
    assert refusal(post(client, "accounts", charlie.application())) == (409, "id-taken")


def test_a_sign_up_sent_twice_signs_in_again(client: Client) -> None:
    alice = Person.drawn(client, "alice")
    application = alice.application()
    first = answer(post(client, "accounts", application))
    again = post(client, "accounts", application)
    assert again.status_code == 201
    assert answer(again)["user"] == first["user"]
    assert Account.objects.count() == 1
    assert Session.objects.count() == 2


@pytest.mark.parametrize("slot", ["password", "recovery"])
def test_a_sign_up_sent_twice_needs_both_proofs(client: Client, slot: str) -> None:
    application = Person.drawn(client, "alice").application()
    assert post(client, "accounts", application).status_code == 201
    application[slot] = application[slot] | {"auth": b64url(bytes(32))}
    assert refusal(post(client, "accounts", application)) == (409, "login-taken")


def test_a_certificate_for_somebody_else_is_refused(client: Client) -> None:
    alice, bob = Person.drawn(client, "alice"), Person.drawn(client, "bob")
    borrowed = alice.application() | {"certificate": bob.certificate()}
    assert refusal(post(client, "accounts", borrowed)) == (422, "bad-signature")
    assert not Account.objects.exists()


def test_a_changed_signature_is_refused(client: Client) -> None:
    application = Person.drawn(client, "alice").application()
    sig = bytearray(unb64url(application["certificate"]["sig"]))
    sig[0] ^= 1
    application["certificate"]["sig"] = b64url(bytes(sig))
    assert refusal(post(client, "accounts", application)) == (422, "bad-signature")


@pytest.mark.parametrize(
    "login",
    ["", "Alice", " alice", "alice\ufeff", "al\x00ice", "al\x85ice", "e\u0301", "a" * 191, 7, None],
)
def test_a_login_that_is_not_in_its_one_spelling_is_refused(client: Client, login: object) -> None:
    application = Person.drawn(client, "alice").application() | {"login": login}
    response = post(client, "accounts", application)
    assert refusal(response) == (400, "malformed")
    assert {fault["field"] for fault in answer(response)["fields"]} == {"login"}


@pytest.mark.parametrize("login", ["a", "a" * 190, "alice@keep.example", "zoé", "愛 麗", "ß"])
def test_a_login_may_be_any_text_in_its_one_spelling(client: Client, login: str) -> None:
    assert answer(Person.sign_up(client, login).get("account"))["login"] == login


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("user", "A" * 21),
        ("amk_gen", 2),
        ("amk_gen", True),
        ("device_name", ""),
        ("device_name", "x" * 101),
        ("transport", "pigeon"),
        ("surprise", 1),
        ("password", "text"),
        ("recovery", None),
    ],
)
def test_what_does_not_have_the_shape_is_refused(
    client: Client, member: str, value: object
) -> None:
    application = Person.drawn(client, "alice").application() | {member: value}
    response = post(client, "accounts", application)
    assert refusal(response) == (400, "malformed")
    assert answer(response)["fields"][0]["field"].startswith(member)


def test_a_body_that_is_no_object_is_refused(client: Client) -> None:
    for body in ("[1]", "[" * 100_000, '{"login":'):
        response = client.post("/api/v1/accounts", body, content_type="application/json")
        assert refusal(response) == (400, "malformed")


def test_a_body_over_the_limit_is_refused_unread(client: Client) -> None:
    response = client.post("/api/v1/accounts", b" " * 10_500_000, content_type="application/json")
    assert refusal(response) == (413, "too-large")
    assert answer(response)["most"] == 10 * 1024 * 1024


def test_a_listener_that_fails_undoes_the_sign_up(client: Client) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError

    account_opened.connect(fail)
    client.raise_request_exception = False
    try:
        response = post(client, "accounts", Person.drawn(client, "alice").application())
    finally:
        account_opened.disconnect(fail)
    assert response.status_code == 500
    assert not Account.objects.exists()
    assert not Claim.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_sign_ups_for_one_login_at_once_one_wins() -> None:
    rivals = [Person.drawn(Client(), "alice") for _ in range(4)]
    answers = at_once(
        [partial(post, rival.client, "accounts", rival.application()) for rival in rivals]
    )
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert Account.objects.count() == 1
