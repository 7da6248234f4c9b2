"""The account state: what a client remembers about others, sealed for its next device.

Pins of other people's fingerprints and the marks against a weaker key derivation. What it says
is the caller's; here it is bytes.
"""

from __future__ import annotations

from . import box
from .encoding import kd, pad, u64, unpad
from .keys import AccountKey, UserId


def seal(amk: AccountKey, plaintext: bytes, *, user: UserId, version: int) -> bytes:
    """The state as the server keeps it. `version` grows with every change and is bound to it.

    Padded, so that its length does not count the contacts. Raises ValueError above 1 MiB.
    """
    return box.seal(_key(amk, user), pad(plaintext), slot=_slot(user, version))


def open(sealed: bytes, amk: AccountKey, *, user: UserId, version: int) -> bytes:
    """The plaintext. Raises Tampered for another account's state or another version."""
    return unpad(box.open(_key(amk, user), sealed, slot=_slot(user, version)))


def _key(amk: AccountKey, user: UserId) -> bytes:
    return kd(amk.raw, "contacts", user)


def _slot(user: UserId, version: int) -> bytes:
    return box.slot("contacts", user, u64(version))
