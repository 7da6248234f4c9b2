"""The sealed account state: of two devices that write at once, one has to merge."""

from functools import partial

import pytest
from django.test import Client

from commonkeep_cli import crypto
from commonkeep_cli.crypto import b64url, unb64url
from tests.accounts.at_once import at_once
from tests.people import Person, answer, refusal

MOST = 1024 * 1024 + 4096


def sealed(person: Person, text: bytes, *, version: int) -> str:
    return b64url(crypto.state.seal(person.amk, text, user=person.user, version=version))


def test_before_the_first_write_there_is_none(alice: Person) -> None:
    assert answer(alice.get("account/state")) == {"version": 0, "box": None}


def test_what_one_device_writes_another_reads(alice: Person) -> None:
    box = sealed(alice, b"bob's fingerprint", version=1)
    written = alice.put("account/state", {"version": 0, "box": box})
    assert answer(written) == {"version": 1}
    found = answer(alice.sign_in().get("account/state"))
    assert found["version"] == 1
    text = crypto.state.open(unb64url(found["box"]), alice.amk, user=alice.user, version=1)
    assert text == b"bob's fingerprint"


def test_a_stale_write_is_refused_with_what_is_there(alice: Person) -> None:
    first, second = (sealed(alice, text, version=1) for text in (b"one", b"two"))
    alice.put("account/state", {"version": 0, "box": first})
    response = alice.put("account/state", {"version": 0, "box": second})
    assert refusal(response) == (409, "state-stale")
    assert (answer(response)["version"], answer(response)["box"]) == (1, first)


def test_a_version_from_the_future_is_refused(alice: Person) -> None:
    response = alice.put("account/state", {"version": 5, "box": "AA"})
    assert refusal(response) == (409, "state-stale")
    assert (answer(response)["version"], answer(response)["box"]) == (0, None)


def test_a_write_sent_twice_answers_the_same(alice: Person) -> None:
    body = {"version": 0, "box": sealed(alice, b"once", version=1)}
    for _ in range(2):
        assert answer(alice.put("account/state", body)) == {"version": 1}


def test_charlie_reads_and_writes_only_his_own(alice: Person, charlie: Person) -> None:
    alice.put("account/state", {"version": 0, "box": sealed(alice, b"hers", version=1)})
    assert answer(charlie.get("account/state")) == {"version": 0, "box": None}
    charlie.put("account/state", {"version": 0, "box": "AA"})
    assert len(answer(alice.get("account/state"))["box"]) > 2


def test_the_largest_state_fits_and_one_byte_more_does_not(alice: Person) -> None:
    largest = crypto.state.seal(alice.amk, bytes(2**20 - 4), user=alice.user, version=1)
    body = {"version": 0, "box": b64url(largest)}
    assert alice.put("account/state", body).status_code == 200
    body = {"version": 1, "box": b64url(bytes(MOST))}
    assert alice.put("account/state", body).status_code == 200
    response = alice.put("account/state", {"version": 2, "box": b64url(bytes(MOST + 1))})
    assert refusal(response) == (413, "too-large")
    assert answer(response)["most"] == MOST


@pytest.mark.parametrize("body", [{"version": -1, "box": "AA"}, {"version": 0, "box": ""}, {}])
def test_what_does_not_have_the_shape_is_refused(alice: Person, body: dict[str, object]) -> None:
    assert refusal(alice.put("account/state", body)) == (400, "malformed")


@pytest.mark.django_db(transaction=True)
def test_of_two_writes_at_once_one_wins() -> None:
    alice = Person.sign_up(Client(), "alice")
    boxes = [b64url(bytes([number])) for number in range(4)]
    answers = at_once(
        [partial(alice.put, "account/state", {"version": 0, "box": box}) for box in boxes]
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    winner = boxes[[each.status_code for each in answers].index(200)]
    assert answer(alice.get("account/state")) == {"version": 1, "box": winner}
