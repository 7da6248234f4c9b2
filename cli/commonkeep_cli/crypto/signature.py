"""Ed25519 (RFC 8032) over a context, so that no signature serves a second purpose."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .encoding import ctx
from .errors import Tampered, refused

PUBLIC: Final = 32
SIGNATURE: Final = 64

# Points of small order, sign bit cleared, canonical and not: under such a "key" one signature
# passes for many messages, and nobody needs to hold a secret for it. The list is libsodium's.
_SMALL_ORDER: Final = frozenset(
    bytes.fromhex(point)
    for point in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


def sign(key: Ed25519PrivateKey, label: str, *fields: bytes) -> bytes:
    """64 bytes over ctx("sig/" label, fields)."""
    return key.sign(message(label, *fields))


def verify(public: bytes, signature: bytes, label: str, *fields: bytes) -> None:
    """Raises Tampered unless `public` signed exactly these fields under this label."""
    check_public(public)
    with refused(InvalidSignature, ValueError):
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message(label, *fields))


def message(label: str, *fields: bytes) -> bytes:
    """The bytes that are signed."""
    return ctx("sig/" + label, *fields)


def check_public(public: bytes) -> None:
    """Raises Tampered for a wrong length and for points of small order."""
    if len(public) != PUBLIC or public[:31] + bytes([public[31] & 0x7F]) in _SMALL_ORDER:
        raise Tampered
