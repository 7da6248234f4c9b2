"""Closing an account: two weeks in which it can be read, exported and kept after all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.models import Account, Claim
from accounts.signals import account_closed
from commonkeep_cli.crypto import b64url
from tests.people import Person, answer, post, refusal


@pytest.fixture
def closing(alice: Person) -> Person:
    """Alice, who has asked for it."""
    assert alice.put("account/closure", {"auth": alice.auth}).status_code == 200
    return alice


def let_two_weeks_pass(person: Person) -> None:
    past = timezone.now() - timedelta(seconds=1)
    mine = Account.objects.filter(pk=person.user_id)
    mine.update(created_at=past - timedelta(days=30), closes_at=past)


def test_an_account_closes_in_two_weeks(alice: Person) -> None:
    closes_at = answer(alice.put("account/closure", {"auth": alice.auth}))["closes_at"]
    remaining = datetime.fromtimestamp(closes_at / 1000, UTC) - timezone.now()
    assert timedelta(days=13, hours=23) < remaining <= timedelta(days=14)
    assert answer(alice.get("account"))["closes_at"] == closes_at


def test_asking_twice_does_not_move_the_day(closing: Person) -> None:
    before = answer(closing.get("account"))["closes_at"]
    again = closing.put("account/closure", {"auth": closing.auth})
    assert answer(again) == {"closes_at": before}


def test_the_password_must_be_proved(alice: Person) -> None:
    response = alice.put("account/closure", {"auth": b64url(bytes(32))})
    assert refusal(response) == (401, "wrong-credentials")
    assert answer(alice.get("account"))["closes_at"] is None


def test_every_other_session_ends(alice: Person, charlie: Person) -> None:
    telephone = alice.sign_in()
    alice.put("account/closure", {"auth": alice.auth})
    assert refusal(telephone.get("account")) == (401, "no-session")
    assert alice.get("account").status_code == 200
    assert answer(charlie.get("account"))["closes_at"] is None


def test_a_closing_account_is_read_and_exported_but_not_changed(closing: Person) -> None:
    closes_at = answer(closing.get("account"))["closes_at"]
    for path in ("account", "account/state", "account/export", "sessions"):
        assert closing.get(path).status_code == 200
    for path in ("account/password", "account/state"):
        response = closing.put(path, {})
        assert refusal(response) == (403, "account-closing")
        assert answer(response)["closes_at"] == closes_at


def test_signing_in_says_when_the_account_closes(closing: Person, client: Client) -> None:
    grant = answer(post(client, "sessions", closing.credentials()))
    assert grant["closes_at"] == answer(closing.get("account"))["closes_at"]


def test_a_closing_account_signs_out(closing: Person) -> None:
    telephone = closing.sign_in()
    assert closing.delete(f"sessions/{telephone.session}").status_code == 204
    assert closing.delete("sessions/others").status_code == 204
    assert closing.delete("sessions/current").status_code == 204


def test_undone_it_is_as_if_nothing_had_been(closing: Person) -> None:
    for _ in range(2):
        assert closing.delete("account/closure").status_code == 204
    assert answer(closing.get("account"))["closes_at"] is None
    assert closing.put("account/state", {"version": 0, "box": "AA"}).status_code == 200
    tasks.close_due()
    assert closing.get("account").status_code == 200


def test_nothing_is_removed_before_the_day(closing: Person) -> None:
    tasks.close_due()
    assert closing.get("account").status_code == 200


def test_after_the_day_nothing_opens_it_even_before_it_is_removed(
    closing: Person, client: Client
) -> None:
    let_two_weeks_pass(closing)
    assert refusal(closing.get("account")) == (401, "no-session")
    assert refusal(closing.delete("account/closure")) == (401, "no-session")
    sign_in = post(client, "sessions", closing.credentials())
    assert refusal(sign_in) == (401, "wrong-credentials")
    proof = {"login": "alice", "auth": closing.recovery_auth}
    assert refusal(post(client, "recovery/open", proof)) == (401, "wrong-credentials")
    application = post(client, "accounts", closing.application())
    assert refusal(application) == (409, "login-taken")


def test_on_the_day_every_row_goes_but_the_claim(closing: Person, bob: Person) -> None:
    let_two_weeks_pass(closing)
    for _ in range(2):
        tasks.close_due()
    assert [account.login for account in Account.objects.all()] == ["bob"]
    assert Claim.objects.count() == 2
    assert b"alice" not in b"".join(bytes(claim.login_hash) for claim in Claim.objects.all())
    assert bob.get("account").status_code == 200


def test_a_closed_login_and_id_are_never_given_out_again(closing: Person, client: Client) -> None:
    let_two_weeks_pass(closing)
    tasks.close_due()
    namesake = Person.drawn(client, "alice")
    assert refusal(post(client, "accounts", namesake.application())) == (409, "login-taken")
    successor = Person.drawn(client, "charlie")
    successor.user = closing.user
    assert refusal(post(client, "accounts", successor.application())) == (409, "id-taken")


def test_others_hear_of_it_while_the_rows_are_there(closing: Person) -> None:
    heard: list[str] = []

    def listen(account: Account, **_: Any) -> None:
        heard.append(Account.objects.get(pk=account.pk).login)

    account_closed.connect(listen)
    let_two_weeks_pass(closing)
    tasks.close_due()
    account_closed.disconnect(listen)
    assert heard == ["alice"]


def test_one_that_cannot_be_closed_does_not_keep_others_waiting(
    closing: Person, bob: Person, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(account: Account, **_: Any) -> None:
        if account.login == "alice":
            raise RuntimeError

    bob.put("account/closure", {"auth": bob.auth})
    let_two_weeks_pass(closing)
    let_two_weeks_pass(bob)
    account_closed.connect(fail)
    tasks.close_due()
    account_closed.disconnect(fail)
    assert [account.login for account in Account.objects.all()] == ["alice"]
    assert "could not be closed" in caplog.text
    tasks.close_due()
    assert not Account.objects.exists()
