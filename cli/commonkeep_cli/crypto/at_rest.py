"""What a client seals for itself on a disk. No part of the format: no other client reads it."""

from __future__ import annotations

from . import box
from .encoding import kd
from .keys import AccountKey


def seal(amk: AccountKey, plaintext: bytes, *, purpose: str, name: bytes) -> bytes:
    """A box that only this account opens. Raises ValueError above 1 MiB.

    `purpose` says what kind of thing it is, such as "journal", and `name` which one: it opens in
    the place of no other.
    """
    return box.seal(_key(amk, purpose), plaintext, slot=_slot(purpose, name))


def open(sealed: bytes, amk: AccountKey, *, purpose: str, name: bytes) -> bytes:
    """The plaintext. Raises Tampered for another account's, another purpose or another name."""
    return box.open(_key(amk, purpose), sealed, slot=_slot(purpose, name))


def _key(amk: AccountKey, purpose: str) -> bytes:
    return kd(amk.raw, "at-rest/" + purpose)


def _slot(purpose: str, name: bytes) -> bytes:
    return box.slot("at-rest/" + purpose, name)
