"""Nothing that opens an account reaches a log or a refusal."""

import logging
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from commonkeep_cli.crypto import RecoveryCode, b64url
from tests.people import Person, answer, derived, post, send

WRONG = b64url(b"a wrong guess of thirty-two byte")


class Witness:
    """Sees every answer, and remembers the secrets that went back and forth."""

    def __init__(self) -> None:
        self.secrets: set[str] = set()
        self.refusals: list[str] = []

    def saw(self, response: Any) -> Any:
        if response.status_code >= 400:
            self.refusals.append(response.text)
        elif response.content:
            self._learn(answer(response))
        return response

    def _learn(self, value: Any) -> None:
        if isinstance(value, dict):
            for each in value.values():
                self._learn(each)
        elif isinstance(value, str) and len(value) > 20:
            self.secrets.add(value)

    def sent(self, body: dict[str, Any]) -> dict[str, Any]:
        self._learn(body)
        return body


@pytest.mark.django_db
def test_the_life_of_an_account_leaves_no_secret_in_a_log_or_refusal(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    witness = Witness()
    live(client, witness)
    assert len(witness.secrets) > 30
    assert len(witness.refusals) == 7
    told = [caplog.text, *witness.refusals, *(repr(record.__dict__) for record in caplog.records)]
    assert not [secret for secret in witness.secrets for text in told if secret in text]


def live(client: Client, witness: Witness) -> None:
    alice = Person.drawn(client, "alice")
    sent, saw = witness.sent, witness.saw
    alice.take(saw(post(client, "accounts", sent(alice.application()))))
    saw(post(client, "accounts", sent(Person.drawn(client, "alice").application())))
    saw(post(client, "accounts", alice.application() | {"transport": WRONG}))
    saw(post(client, "sessions", sent(alice.credentials() | {"auth": WRONG})))
    saw(post(client, "sessions", sent(alice.credentials() | {"auth": WRONG[:-1]})))
    saw(post(client, "sessions", sent(alice.credentials())))
    saw(send(client, "get", "account", headers={"Authorization": f"Bearer {WRONG}"}))
    new = replace(alice, code=RecoveryCode.random(), salt=b"salt after loss!")
    saw(alice.put("account/password", sent({"auth": WRONG, "password": new.password_slot()})))
    proof = sent({"login": "alice", "auth": alice.recovery_auth})
    saw(post(client, "recovery/open", proof | {"auth": WRONG}))
    ticket = answer(saw(post(client, "recovery/open", proof)))["ticket"]
    renewal = {"password": new.password_slot(), "recovery": new.recovery_slot()}
    finish = sent({"ticket": ticket, "device_name": "d", **renewal})
    new.take(saw(post(client, "recovery/finish", finish)))


def test_rows_in_memory_do_not_show_what_they_hold(alice: Person) -> None:
    from accounts.services.sessions import Device
    from accounts.services.slots import NewSlot

    auth = derived(alice.login, alice.password, alice.salt).auth.raw
    shown = repr([NewSlot(auth=auth, box=auth), Device("laptop", "bearer", auth)])
    assert repr(auth) not in shown
