"""The account's answers as frozen dataclasses; an answer of another shape raises Refused."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..crypto import UserId
from .fields import ID_BYTES, Fields, refuse


@dataclass(frozen=True, slots=True)
class Prelogin:
    """What the password is stretched with."""

    account_salt: bytes
    profile: int


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The account's certificate as the server keeps it; compared, never used."""

    gen: int
    ed_pk: bytes
    xw_pk: bytes
    sig: bytes


@dataclass(frozen=True, slots=True)
class Grant:
    """A new session, and what opens the account."""

    session: str
    token: str = field(repr=False)
    device_token: str = field(repr=False)
    user: UserId
    login: str
    closes_at: int | None
    amk_gen: int
    prelogin: Prelogin
    box: bytes = field(repr=False)
    certificate: PublicKeys


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in device; everything here is the server's word."""

    session: str
    device_name: str
    created_at: int
    seen_at: int
    current: bool
    transport: str


@dataclass(frozen=True, slots=True)
class RecoveryOpened:
    """The account key in its recovery slot, and the ticket for setting a new password."""

    user: UserId
    box: bytes = field(repr=False)
    amk_gen: int
    ticket: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class State:
    """The encrypted account state; version 0 and no box before the first write."""

    version: int
    box: bytes | None


def prelogin(value: object) -> Prelogin:
    return _prelogin(Fields.of(value))


def _prelogin(found: Fields) -> Prelogin:
    salt = found.data("account_salt", length=ID_BYTES)
    return Prelogin(account_salt=salt, profile=found.number("profile", least=1, most=255))


def grant(value: object) -> Grant:
    found = Fields.of(value)
    slot, keys = found.inner("password"), found.inner("certificate")
    return Grant(
        session=found.text("session"),
        token=found.secret("token"),
        device_token=found.secret("device_token"),
        user=found.user("user"),
        login=found.text("login"),
        closes_at=found.maybe("closes_at", found.number),
        amk_gen=found.u32("amk_gen"),
        prelogin=_prelogin(slot),
        box=slot.data("box"),
        certificate=PublicKeys(
            gen=keys.u32("gen"),
            ed_pk=keys.data("ed_pk"),
            xw_pk=keys.data("xw_pk"),
            sig=keys.data("sig"),
        ),
    )


def session(value: object) -> Session:
    found = Fields.of(value)
    return Session(
        session=found.secret("session"),
        device_name=found.text("device_name"),
        created_at=found.number("created_at"),
        seen_at=found.number("seen_at"),
        current=found.flag("current"),
        transport=found.text("transport"),
    )


def recovery_opened(value: object) -> RecoveryOpened:
    found = Fields.of(value)
    return RecoveryOpened(
        user=found.user("user"),
        box=found.data("box"),
        amk_gen=found.u32("amk_gen"),
        ticket=found.text("ticket"),
    )


def state(value: object) -> State:
    found = Fields.of(value)
    version, box = found.number("version"), found.maybe("box", found.data)
    if (version == 0) is not (box is None):
        raise refuse("version")
    return State(version, box)
