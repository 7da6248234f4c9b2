"""Back in with login and recovery code, for who has lost the password."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.models import KnownDevice, RecoveryTicket
from commonkeep_cli import crypto
from commonkeep_cli.crypto import RecoveryCode, b64url, unb64url
from tests.accounts.at_once import at_once
from tests.people import Person, answer, post, refusal


def renewed(person: Person) -> Person:
    """The same account with another password and another code."""
    salt = b"salt after loss!"
    return replace(person, password="a fresh start", salt=salt, code=RecoveryCode.random())


def opened(person: Person, client: Client) -> Any:
    return answer(post(client, "recovery/open", proof(person)))


def proof(person: Person) -> dict[str, str]:
    return {"login": person.login, "auth": person.recovery_auth}


def finish(ticket: str, person: Person) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "password": person.password_slot(),
        "recovery": person.recovery_slot(),
        "device_name": "new laptop",
    }


def recover(person: Person, client: Client) -> Person:
    new = renewed(person)
    new.take(post(client, "recovery/finish", finish(opened(person, client)["ticket"], new)))
    return new


def test_the_user_id_comes_with_the_login(alice: Person, client: Client) -> None:
    found = answer(post(client, "recovery/user", {"login": "alice"}))
    assert found == {"user": b64url(alice.user)}


@pytest.mark.django_db
def test_an_unknown_login_gets_a_user_id_that_stays_the_same(client: Client) -> None:
    ids = [answer(post(client, "recovery/user", {"login": "nobody"}))["user"] for _ in range(2)]
    assert ids[0] == ids[1]
    assert len(unb64url(ids[0])) == 16


def test_the_code_opens_the_box(alice: Person, client: Client) -> None:
    found = opened(alice, client)
    kek = crypto.recovery.kek(alice.code, user=alice.user)
    amk = crypto.account.open(unb64url(found["box"]), kek, user=alice.user, gen=found["amk_gen"])
    assert amk == alice.amk
    assert found["user"] == b64url(alice.user)


def test_a_wrong_code_and_an_unknown_login_are_refused_alike(alice: Person, client: Client) -> None:
    wrong = {"auth": b64url(bytes(32))}
    at_alice = post(client, "recovery/open", {"login": "alice", **wrong})
    at_nobody = post(client, "recovery/open", {"login": "nobody", **wrong})
    assert refusal(at_alice) == (401, "wrong-credentials")
    assert at_alice.content == at_nobody.content
    assert not RecoveryTicket.objects.exists()


def test_the_password_is_no_recovery_code(alice: Person, client: Client) -> None:
    body = {"login": "alice", "auth": alice.auth}
    assert refusal(post(client, "recovery/open", body)) == (401, "wrong-credentials")


def test_charlies_code_opens_nothing_of_alices(
    alice: Person, charlie: Person, client: Client
) -> None:
    body = proof(charlie) | {"login": "alice"}
    assert refusal(post(client, "recovery/open", body)) == (401, "wrong-credentials")


def test_finishing_sets_password_and_code_and_signs_in(alice: Person, client: Client) -> None:
    new = recover(alice, client)
    assert new.get("account").status_code == 200
    assert post(client, "sessions", new.credentials()).status_code == 201
    assert post(client, "recovery/open", proof(new)).status_code == 200


def test_finishing_ends_every_session_and_voids_what_was(alice: Person, client: Client) -> None:
    recover(alice, client)
    assert refusal(alice.get("account")) == (401, "no-session")
    assert refusal(post(client, "sessions", alice.credentials())) == (401, "wrong-credentials")
    assert refusal(post(client, "recovery/open", proof(alice))) == (401, "wrong-credentials")


def test_finishing_forgets_every_device_but_this_one(alice: Person, client: Client) -> None:
    alice.sign_in()
    recover(alice, client)
    assert KnownDevice.objects.count() == 1


def test_a_ticket_is_good_once(alice: Person, client: Client) -> None:
    ticket = opened(alice, client)["ticket"]
    assert post(client, "recovery/finish", finish(ticket, renewed(alice))).status_code == 201
    again = post(client, "recovery/finish", finish(ticket, renewed(alice)))
    assert refusal(again) == (401, "wrong-credentials")


def test_the_same_request_sent_twice_signs_in_again(alice: Person, client: Client) -> None:
    new = renewed(alice)
    body = finish(opened(alice, client)["ticket"], new)
    new.take(post(client, "recovery/finish", body))
    again = replace(new)
    again.take(post(client, "recovery/finish", body))
    assert again.get("account").status_code == new.get("account").status_code == 200


def test_another_ticket_of_the_old_code_is_void(alice: Person, client: Client) -> None:
    spare = opened(alice, client)["ticket"]
    recover(alice, client)
    late = post(client, "recovery/finish", finish(spare, renewed(alice)))
    assert refusal(late) == (401, "wrong-credentials")


def test_a_ticket_lives_a_quarter_of_an_hour(alice: Person, client: Client) -> None:
    ticket = opened(alice, client)["ticket"]
    lives = RecoveryTicket.objects.get().expires_at - timezone.now()
    assert timedelta(minutes=14) < lives <= timedelta(minutes=15)
    RecoveryTicket.objects.update(expires_at=timezone.now())
    late = post(client, "recovery/finish", finish(ticket, renewed(alice)))
    assert refusal(late) == (401, "wrong-credentials")
    assert alice.get("account").status_code == 200


def test_expired_tickets_are_dropped(alice: Person, client: Client) -> None:
    opened(alice, client)
    tasks.forget()
    assert RecoveryTicket.objects.exists()
    RecoveryTicket.objects.update(expires_at=timezone.now())
    tasks.forget()
    assert not RecoveryTicket.objects.exists()


def test_a_made_up_ticket_is_refused(alice: Person, client: Client) -> None:
    body = finish(b64url(bytes(32)), renewed(alice))
    assert refusal(post(client, "recovery/finish", body)) == (401, "wrong-credentials")


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_of_a_ticket_at_once_one_counts() -> None:
    alice = Person.sign_up(Client(), "alice")
    ticket = opened(alice, alice.client)["ticket"]
    rivals = [renewed(alice) for _ in range(4)]
    answers = at_once(
        [partial(post, Client(), "recovery/finish", finish(ticket, rival)) for rival in rivals]
    )
    assert sorted(each.status_code for each in answers) == [201, 401, 401, 401]
    winner = rivals[[each.status_code for each in answers].index(201)]
    assert post(Client(), "recovery/open", proof(winner)).status_code == 200
