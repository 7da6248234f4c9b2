"""Sign-up, sessions, password, recovery, closure and the account state: one function per address.

Keys that go to the server in place of secrets come as their own types. None of this is logged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..crypto import AuthKey, Certificate, RecoveryAuthKey, UserId, b64url
from . import grants
from .fields import Fields
from .grants import Grant, Prelogin, RecoveryOpened, Session, State
from .paging import pages
from .transport import Api


@dataclass(frozen=True, slots=True)
class PasswordSlot:
    """What the server keeps of a password."""

    account_salt: bytes
    profile: int
    auth: AuthKey
    box: bytes

    def to_wire(self) -> dict[str, object]:
        return {
            "account_salt": b64url(self.account_salt),
            "profile": self.profile,
            "auth": b64url(self.auth.raw),
            "box": b64url(self.box),
        }


@dataclass(frozen=True, slots=True)
class RecoverySlot:
    """What the server keeps of a recovery code."""

    auth: RecoveryAuthKey
    box: bytes

    def to_wire(self) -> dict[str, object]:
        return {"auth": b64url(self.auth.raw), "box": b64url(self.box)}


def create(
    api: Api,
    *,
    login: str,
    certificate: Certificate,
    amk_gen: int,
    password: PasswordSlot,
    recovery: RecoverySlot,
    device_name: str,
) -> Grant:
    """POST accounts."""
    keys = {
        "gen": certificate.gen,
        "ed_pk": b64url(certificate.ed_pk),
        "xw_pk": b64url(certificate.xw_pk),
        "sig": b64url(certificate.cert_sig),
    }
    body = {
        "login": login,
        "user": b64url(certificate.user),
        "password": password.to_wire(),
        "recovery": recovery.to_wire(),
        "amk_gen": amk_gen,
        "certificate": keys,
        "device_name": device_name,
    }
    return grants.grant(api.json("POST", "accounts", body))


def prelogin(api: Api, *, login: str) -> Prelogin:
    """POST prelogin."""
    return grants.prelogin(api.json("POST", "prelogin", {"login": login}))


def sign_in(
    api: Api, *, login: str, auth: AuthKey, device_name: str, device_token: str | None
) -> Grant:
    """POST sessions."""
    body = {"login": login, "auth": b64url(auth.raw), "device_name": device_name}
    if device_token is not None:
        body["device_token"] = device_token
    return grants.grant(api.json("POST", "sessions", body))


def sessions(api: Api) -> Iterator[Session]:
    """GET sessions."""
    for page in pages(api, "sessions", grants.session):
        yield from page


def end_session(api: Api, which: str) -> None:
    """DELETE sessions/{session id, "current" or "others"}."""
    api.json("DELETE", f"sessions/{which}")


def change_password(api: Api, *, auth: AuthKey, password: PasswordSlot) -> None:
    """PUT account/password; `auth` is the old one. Every other session ends."""
    api.json("PUT", "account/password", {"auth": b64url(auth.raw), "password": password.to_wire()})


def recovery_user(api: Api, *, login: str) -> UserId:
    """POST recovery/user; for an unknown login a made-up id."""
    return Fields.of(api.json("POST", "recovery/user", {"login": login})).user("user")


def recovery_open(api: Api, *, login: str, auth: RecoveryAuthKey) -> RecoveryOpened:
    """POST recovery/open."""
    body = {"login": login, "auth": b64url(auth.raw)}
    return grants.recovery_opened(api.json("POST", "recovery/open", body))


def recovery_finish(
    api: Api, *, ticket: str, password: PasswordSlot, recovery: RecoverySlot, device_name: str
) -> Grant:
    """POST recovery/finish. Every session ends, the old code is void."""
    body = {
        "ticket": ticket,
        "password": password.to_wire(),
        "recovery": recovery.to_wire(),
        "device_name": device_name,
    }
    return grants.grant(api.json("POST", "recovery/finish", body))


def close(api: Api, *, auth: AuthKey) -> int:
    """PUT account/closure: when it will be closed, in milliseconds."""
    body = {"auth": b64url(auth.raw)}
    return Fields.of(api.json("PUT", "account/closure", body)).number("closes_at")


def keep(api: Api) -> None:
    """DELETE account/closure."""
    api.json("DELETE", "account/closure")


def state(api: Api) -> State:
    """GET account/state."""
    return grants.state(api.json("GET", "account/state"))


def write_state(api: Api, *, read_version: int, box: bytes) -> int:
    """PUT account/state: the new version. Raises ApiProblem `state-stale`."""
    body = {"version": read_version, "box": b64url(box)}
    return Fields.of(api.json("PUT", "account/state", body)).number("version", least=1)
