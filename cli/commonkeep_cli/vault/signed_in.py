"""Who is signed in here, and which logins this device knows from before. No keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..crypto import UserId
from .home import Home

_SCHEMA = """
CREATE TABLE IF NOT EXISTS signed_in (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    server TEXT NOT NULL, login TEXT NOT NULL, user BLOB NOT NULL,
    amk_gen INTEGER NOT NULL, place TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS known_logins (
    server TEXT NOT NULL, login TEXT NOT NULL, user BLOB NOT NULL,
    device_token TEXT NOT NULL, profile INTEGER NOT NULL,
    PRIMARY KEY (server, login)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account of this home; `place` is where its keys are kept."""

    server: str
    login: str
    user: UserId
    amk_gen: int
    place: str


@dataclass(frozen=True, slots=True)
class KnownLogin:
    """What stays after signing out: whose login it is, and the key derivation it has had.

    `device_token` gives this device rate limits of its own; it opens nothing.
    """

    user: UserId
    device_token: str = field(repr=False)
    profile: int


def read(home: Home) -> SignedIn | None:
    """Who is signed in, if anybody."""
    row = _one(home, "SELECT server, login, user, amk_gen, place FROM signed_in")
    return None if row is None else SignedIn(*row)


def write(home: Home, signed_in: SignedIn) -> None:
    """Replace whoever was signed in."""
    values = (
        signed_in.server,
        signed_in.login,
        signed_in.user,
        signed_in.amk_gen,
        signed_in.place,
    )
    _run(home, "INSERT OR REPLACE INTO signed_in VALUES (1, ?, ?, ?, ?, ?)", *values)


def clear(home: Home) -> None:
    """Nobody is signed in any more."""
    _run(home, "DELETE FROM signed_in")


def known_login(home: Home, *, server: str, login: str) -> KnownLogin | None:
    """What this device remembers of a login."""
    query = "SELECT user, device_token, profile FROM known_logins WHERE (server, login) = (?, ?)"
    row = _one(home, query, server, login)
    return None if row is None else KnownLogin(*row)


def know_login(home: Home, known: KnownLogin, *, server: str, login: str) -> None:
    """Remember a login for the next time."""
    values = (server, login, known.user, known.device_token, known.profile)
    _run(home, "INSERT OR REPLACE INTO known_logins VALUES (?, ?, ?, ?, ?)", *values)


def _one(home: Home, query: str, *values: object) -> tuple[Any, ...] | None:
    connection = home.connect(_SCHEMA)
    try:
        return connection.execute(query, values).fetchone()  # type: ignore[no-any-return]  # a row is Any
    finally:
        connection.close()


def _run(home: Home, statement: str, *values: object) -> None:
    connection = home.connect(_SCHEMA)
    try:
        connection.execute(statement, values)
    finally:
        connection.close()
