"""A browser: the session in a cookie that scripts cannot read, and a token against other sites."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from commonkeep_cli.crypto import RecoveryCode
from tests.people import Person, answer, post, refusal, send


@pytest.fixture
def browser(alice: Person) -> Client:
    """Alice's, signed in."""
    browser = Client(enforce_csrf_checks=True)
    send(browser, "get", "csrf")
    body = alice.credentials() | {"transport": "cookie"}
    assert send(browser, "post", "sessions", body, headers=csrf(browser)).status_code == 201
    return browser


def csrf(browser: Client) -> dict[str, str]:
    return {"X-CSRFToken": browser.cookies["csrftoken"].value}


def test_the_csrf_cookie_can_be_had_before_signing_in(client: Client) -> None:
    assert send(client, "get", "csrf").status_code == 204
    assert client.cookies["csrftoken"]["samesite"] == "Strict"


def test_tokens_come_in_cookies_and_not_in_the_answer(alice: Person) -> None:
    browser = Client()
    send(browser, "get", "csrf")
    body = alice.credentials() | {"transport": "cookie"}
    grant = answer(send(browser, "post", "sessions", body, headers=csrf(browser)))
    assert grant["token"] is None
    assert grant["device_token"] is None
    for name in ("commonkeep_session", "commonkeep_device"):
        assert browser.cookies[name]["httponly"]
        assert browser.cookies[name]["samesite"] == "Strict"
        assert browser.cookies[name]["path"] == "/"
        assert not browser.cookies[name]["domain"]


def test_the_cookie_is_a_session(browser: Client) -> None:
    assert answer(send(browser, "get", "account"))["login"] == "alice"
    rows = answer(send(browser, "get", "sessions"))["items"]
    assert {row["transport"]: row["current"] for row in rows} == {"bearer": False, "cookie": True}


def test_a_change_needs_the_csrf_token(browser: Client) -> None:
    body = {"version": 0, "box": "AA"}
    assert refusal(send(browser, "put", "account/state", body)) == (403, "not-allowed")
    wrong = {"X-CSRFToken": "x" * 64}
    refused = send(browser, "put", "account/state", body, headers=wrong)
    assert refusal(refused) == (403, "not-allowed")
    taken = send(browser, "put", "account/state", body, headers=csrf(browser))
    assert taken.status_code == 200


def test_another_site_is_refused_even_with_the_token(browser: Client) -> None:
    headers = csrf(browser) | {"Origin": "https://evil.example"}
    refused = send(browser, "delete", "sessions/others", headers=headers)
    assert refusal(refused) == (403, "not-allowed")


def test_a_form_field_does_not_stand_in_for_the_header(browser: Client) -> None:
    form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    response = browser.post("/api/v1/nodes/batch", form)
    assert response.status_code == 403


def test_signing_in_needs_the_csrf_token_too(alice: Person) -> None:
    browser = Client()
    body = alice.credentials() | {"transport": "cookie"}
    assert refusal(post(browser, "sessions", body)) == (403, "not-allowed")
    assert "commonkeep_session" not in browser.cookies


@pytest.mark.django_db
def test_signing_up_needs_the_csrf_token_too(client: Client) -> None:
    body = Person.drawn(client, "alice").application() | {"transport": "cookie"}
    assert refusal(post(client, "accounts", body)) == (403, "not-allowed")
    send(client, "get", "csrf")
    assert send(client, "post", "accounts", body, headers=csrf(client)).status_code == 201
    assert answer(send(client, "get", "account"))["login"] == "alice"


def test_recovering_needs_the_csrf_token_too(alice: Person, client: Client) -> None:
    proof = {"login": "alice", "auth": alice.recovery_auth}
    new = replace(alice, code=RecoveryCode.random())
    body: dict[str, Any] = {
        "ticket": answer(post(client, "recovery/open", proof))["ticket"],
        "password": new.password_slot(),
        "recovery": new.recovery_slot(),
        "device_name": "browser",
        "transport": "cookie",
    }
    assert refusal(post(client, "recovery/finish", body)) == (403, "not-allowed")
    send(client, "get", "csrf")
    done = send(client, "post", "recovery/finish", body, headers=csrf(client))
    assert done.status_code == 201


def test_the_csrf_token_from_before_does_not_outlive_signing_in(alice: Person) -> None:
    browser = Client()
    send(browser, "get", "csrf")
    before = browser.cookies["csrftoken"].value
    body = alice.credentials() | {"transport": "cookie"}
    send(browser, "post", "sessions", body, headers=csrf(browser))
    assert browser.cookies["csrftoken"].value != before


def test_signing_out_clears_the_session_and_keeps_the_device(browser: Client) -> None:
    gone = send(browser, "delete", "sessions/current", headers=csrf(browser))
    assert gone.status_code == 204
    assert browser.cookies["commonkeep_session"].value == ""
    assert browser.cookies["commonkeep_device"].value
    assert refusal(send(browser, "get", "account")) == (401, "no-session")


def test_a_browser_that_comes_back_is_a_known_device(browser: Client, alice: Person) -> None:
    before = browser.cookies["commonkeep_device"].value
    body = alice.credentials() | {"transport": "cookie"}
    send(browser, "post", "sessions", body, headers=csrf(browser))
    assert browser.cookies["commonkeep_device"].value == before


def test_over_tls_the_cookies_are_held_to_this_host(alice: Person, settings: Settings) -> None:
    settings.SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.ALLOWED_HOSTS = ["keep.example"]
    browser = Client(HTTP_HOST="keep.example", headers={"Origin": "https://keep.example"})
    browser.get("/api/v1/csrf", secure=True)
    response = browser.post(
        "/api/v1/sessions",
        alice.credentials() | {"transport": "cookie"},
        content_type="application/json",
        headers=csrf(browser) | {"Origin": "https://keep.example"},
        secure=True,
    )
    assert response.status_code == 201
    for name in ("__Host-commonkeep_session", "__Host-commonkeep_device", "csrftoken"):
        assert browser.cookies[name]["secure"]
    assert browser.get("/api/v1/account", secure=True).status_code == 200


def test_a_cookie_token_is_no_bearer_token(browser: Client, client: Client) -> None:
    token = browser.cookies["commonkeep_session"].value
    response = send(client, "get", "account", headers={"Authorization": f"Bearer {token}"})
    assert refusal(response) == (401, "no-session")


def test_a_header_decides_alone(browser: Client, charlie: Person) -> None:
    assert answer(send(browser, "get", "account", headers=charlie.headers))["login"] == "charlie"
    wrong = send(browser, "get", "account", headers={"Authorization": "Bearer x"})
    assert refusal(wrong) == (401, "no-session")
