"""Ids and keys as types of their own, so that one can never be passed for another.

Every key is 32 bytes, compares only with its own kind, and shows nothing in `repr()`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import IntEnum
from typing import ClassVar, NewType, Self

UserId = NewType("UserId", bytes)
NodeId = NewType("NodeId", bytes)
RevId = NewType("RevId", bytes)
ShareId = NewType("ShareId", bytes)
LinkId = NewType("LinkId", bytes)
Fingerprint = NewType("Fingerprint", bytes)

ID_BYTES = 16
KEY_BYTES = 32


def random_id() -> bytes:
    """16 random bytes, to be wrapped: `NodeId(random_id())`. Ids are chosen by the client."""
    return secrets.token_bytes(ID_BYTES)


class NodeType(IntEnum):
    """What a node is; one byte in every context that speaks of a node."""

    FOLDER = 1
    FILE = 2


class Role(IntEnum):
    """What a share allows."""

    READER = 1
    WRITER = 2


class Method(IntEnum):
    """What an account key box is opened with."""

    PASSWORD = 1
    RECOVERY = 2
    PASSKEY = 3


@dataclass(frozen=True, slots=True)
class Key:
    """32 secret bytes. Raises ValueError for any other length."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise ValueError("a key has 32 bytes")


class RandomKey(Key):
    """A key that is drawn, not derived."""

    __slots__ = ()

    @classmethod
    def random(cls) -> Self:
        """A fresh key from the operating system's generator."""
        return cls(secrets.token_bytes(KEY_BYTES))


class AccountKey(RandomKey):
    """AMK: everything of an account hangs from it; it survives a change of password."""

    __slots__ = ()


class NodeKey(RandomKey):
    """NK: one per file or folder; the root folder's is derived from the AMK."""

    __slots__ = ()


class RecoveryCode(RandomKey):
    """The secret behind the 56 symbols that a person writes down."""

    __slots__ = ()


class ContentKey(Key):
    """The Tink key of every revision of one file."""

    __slots__ = ()


class AuthKey(Key):
    """What the server sees in place of the password. Never log it."""

    __slots__ = ()


class RecoveryAuthKey(Key):
    """What the server sees in place of the recovery code. Never log it."""

    __slots__ = ()


class LinkAuthKey(Key):
    """What a visitor of a link shows to the server. Never log it."""

    __slots__ = ()


class LinkBoxKey(Key):
    """Opens the box behind a link."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Kek(Key):
    """A key that wraps the account key; its class says which slot it opens."""

    method: ClassVar[Method]

    @property
    def method_id(self) -> bytes:
        """Tells two slots of one method apart; empty where there is only one."""
        return b""


class PasswordKek(Kek):
    """From the password."""

    __slots__ = ()
    method = Method.PASSWORD


class RecoveryKek(Kek):
    """From the recovery code."""

    __slots__ = ()
    method = Method.RECOVERY


@dataclass(frozen=True, slots=True)
class PasskeyKek(Kek):
    """From the PRF output of one passkey, named by its credential id."""

    method = Method.PASSKEY
    credential: bytes = b""

    @property
    def method_id(self) -> bytes:
        return self.credential
