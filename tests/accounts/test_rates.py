"""Limits by rate: a stranger is slowed down, and the owner is not locked out by him."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisAway
from rest_framework.request import Request

from accounts import rates
from commonkeep import throttling
from commonkeep.throttling import Rate
from commonkeep_cli.crypto import b64url
from tests.people import Person, answer, post, refusal, send

ALL = [each for each in vars(rates).values() if isinstance(each, Rate)]
WRONG = b64url(bytes(32))
HERS, NEXT_DOOR, HIS = "198.51.100.7", "198.51.100.8", "203.0.113.9"


class Clock:
    """The time by which windows are counted; it stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(throttling, "time", SimpleNamespace(time=clock.time))
    return clock


def at(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def guess(person: Person, address: str, **more: object) -> Any:
    body = person.credentials() | {"auth": WRONG} | more
    return post(at(address), "sessions", body)


def flood(person: Person, address: str, **more: object) -> None:
    for _ in range(rates.SIGN_IN_LOGIN.number):
        assert guess(person, address, **more).status_code == 401


def test_guessing_at_a_login_ends_after_a_few_tries(alice: Person) -> None:
    flood(alice, HIS)
    response = guess(alice, HIS)
    assert refusal(response) == (429, "too-fast")
    seconds = answer(response)["seconds"]
    assert 0 < seconds <= rates.SIGN_IN_LOGIN.seconds
    assert response["Retry-After"] == str(seconds)


def test_the_right_password_does_not_help_either(alice: Person) -> None:
    flood(alice, HIS)
    response = post(at(HIS), "sessions", alice.credentials())
    assert refusal(response) == (429, "too-fast")


def test_his_neighbours_address_is_the_same_network(alice: Person) -> None:
    flood(alice, HERS)
    assert refusal(guess(alice, NEXT_DOOR)) == (429, "too-fast")


def test_the_owner_signs_in_from_another_network(alice: Person) -> None:
    flood(alice, HIS)
    assert post(at(HERS), "sessions", alice.credentials()).status_code == 201


def test_the_owner_signs_in_on_a_known_device_even_from_his_network(alice: Person) -> None:
    flood(alice, HIS)
    body = alice.credentials() | {"device_token": alice.device_token}
    assert post(at(HIS), "sessions", body).status_code == 201


def test_a_session_that_is_there_is_not_touched(alice: Person) -> None:
    flood(alice, HIS)
    assert send(at(HIS), "get", "account", headers=alice.headers).status_code == 200


def test_a_known_device_has_a_limit_too(alice: Person) -> None:
    known = {"device_token": alice.device_token}
    for _ in range(rates.SIGN_IN_DEVICE.number):
        assert guess(alice, HERS, **known).status_code == 401
    assert refusal(guess(alice, HERS, **known)) == (429, "too-fast")
    assert post(at(HERS), "sessions", alice.credentials()).status_code == 201


def test_a_strangers_own_device_token_gives_him_nothing(alice: Person, charlie: Person) -> None:
    flood(alice, HIS, device_token=charlie.device_token)
    response = guess(alice, HIS, device_token=charlie.device_token)
    assert refusal(response) == (429, "too-fast")


def test_another_login_is_not_slowed_down(alice: Person, bob: Person) -> None:
    flood(alice, HIS)
    assert post(at(HIS), "sessions", bob.credentials()).status_code == 201


def test_an_unknown_login_is_limited_like_a_known_one(alice: Person) -> None:
    for _ in range(rates.SIGN_IN_LOGIN.number):
        guess(alice, HIS, login="nobody")
    assert refusal(guess(alice, HIS, login="nobody")) == (429, "too-fast")


def test_one_address_cannot_try_one_login_after_the_other(alice: Person) -> None:
    for number in range(rates.SIGN_IN_ADDRESS.number):
        assert guess(alice, HIS, login=f"login {number}").status_code == 401
    assert refusal(guess(alice, HIS, login="one more")) == (429, "too-fast")


def test_after_the_window_it_goes_on(alice: Person, clock: Clock) -> None:
    flood(alice, HIS)
    clock.now += answer(guess(alice, HIS))["seconds"]
    assert guess(alice, HIS).status_code == 401


def test_asking_for_taken_logins_by_signing_up_is_limited(alice: Person) -> None:
    body = alice.application() | {"user": b64url(bytes(16))}
    for _ in range(rates.SIGN_UP.number):
        assert post(at(HIS), "accounts", body).status_code == 422
    assert refusal(post(at(HIS), "accounts", body)) == (429, "too-fast")
    assert Person.sign_up(at(HERS), "bob").get("account").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["prelogin", "recovery/user"])
def test_looking_up_logins_is_limited(path: str) -> None:
    for _ in range(rates.LOOK_UP.number):
        assert post(at(HIS), path, {"login": "nobody"}).status_code == 200
    assert refusal(post(at(HIS), path, {"login": "nobody"})) == (429, "too-fast")


def test_trying_recovery_codes_is_limited(alice: Person) -> None:
    body = {"login": "alice", "auth": WRONG}
    for _ in range(rates.RECOVERY_LOGIN.number):
        assert post(at(HIS), "recovery/open", body).status_code == 401
    assert refusal(post(at(HIS), "recovery/open", body)) == (429, "too-fast")
    hers = {"login": "alice", "auth": alice.recovery_auth}
    assert post(at(HERS), "recovery/open", hers).status_code == 200


def test_trying_recovery_tickets_is_limited(alice: Person) -> None:
    slots = {"password": alice.password_slot(), "recovery": alice.recovery_slot()}
    body = {"ticket": WRONG, "device_name": "his", **slots}
    for _ in range(rates.RECOVERY_ADDRESS.number):
        assert post(at(HIS), "recovery/finish", body).status_code == 401
    assert refusal(post(at(HIS), "recovery/finish", body)) == (429, "too-fast")


def test_a_stolen_session_is_no_better_place_to_guess(alice: Person) -> None:
    stolen = alice.sign_in()
    for _ in range(rates.PROOF.number):
        assert stolen.put("account/closure", {"auth": WRONG}).status_code == 401
    body = {"auth": WRONG, "password": alice.password_slot()}
    assert refusal(stolen.put("account/password", body)) == (429, "too-fast")
    assert alice.put("account/closure", {"auth": alice.auth}).status_code == 200


def test_the_cache_holds_no_login_and_no_address(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[str] = []

    def counted(key: str) -> int:
        keys.append(key)
        return 1

    monkeypatch.setattr(cache, "incr", counted)
    guess(alice, HIS)
    assert len(keys) == 2
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in keys)


def test_without_counters_guessing_is_not_free(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> int:
        raise RedisAway

    monkeypatch.setattr(cache, "incr", away)
    assert refusal(guess(alice, HIS)) == (503, "unavailable")


def test_a_counter_that_the_cache_dropped_begins_again(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dropped(*_: object) -> int:
        raise ValueError

    monkeypatch.setattr(cache, "incr", dropped)
    assert guess(alice, HIS).status_code == 401


@pytest.mark.parametrize(
    ("connection", "forwarded", "proxies", "address", "network"),
    [
        (HIS, "", 0, "203.0.113.9/32", "203.0.113.0/24"),
        (HIS, HERS, 0, "203.0.113.9/32", "203.0.113.0/24"),
        ("10.0.0.1", HIS, 1, "203.0.113.9/32", "203.0.113.0/24"),
        ("10.0.0.1", f"{HERS}, {HIS}", 1, "203.0.113.9/32", "203.0.113.0/24"),
        ("10.0.0.1", f"{HERS},{HIS}, 10.0.0.2", 2, "203.0.113.9/32", "203.0.113.0/24"),
        (HIS, HERS, 2, "203.0.113.9/32", "203.0.113.0/24"),
        ("10.0.0.1", "nonsense", 1, "10.0.0.1/32", "10.0.0.0/24"),
        ("2001:db8:1:2:3::4", "", 0, "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "", 0, "203.0.113.9/32", "203.0.113.0/24"),
        ("", "", 0, "unknown", "unknown"),
    ],
)
def test_the_address_is_what_the_last_trusted_hop_saw(
    settings: Settings, connection: str, forwarded: str, proxies: int, address: str, network: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = Request(RequestFactory().get("/", headers=headers, REMOTE_ADDR=connection))
    assert throttling.address(request) == address
    assert throttling.network(request) == network


@pytest.mark.parametrize("rate", ALL, ids=lambda rate: rate.name)
def test_every_rate_stands_in_the_documentation(rate: Rate) -> None:
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    row = f"| {rate.number} in {rate.seconds // 60} minutes | `{rate.name}` |"
    assert row in page.read_text(encoding="utf-8")
