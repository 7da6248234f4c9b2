"""X-Wing (ML-KEM-768 with X25519) inside HPKE: sealing a key to somebody's public key.

Sources: RFC 9180 and draft-ietf-hpke-pq, KEM 0x647A, HKDF-SHA256, AES-256-GCM, base mode. Safe as
long as one of the two halves is.
"""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from .encoding import sized
from .errors import Tampered, refused

_MLKEM_PUBLIC: Final = 1184
PUBLIC: Final = _MLKEM_PUBLIC + 32
ENCAPSULATED: Final = 1120

_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class SecretKey:
    """The secret half, from a 32-byte seed (expanded by SHAKE256 into 64 and 32 bytes)."""

    def __init__(self, seed: bytes) -> None:
        expanded = hashlib.shake_256(sized(seed, 32)).digest(96)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self.public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        self._hybrid = MLKEM768X25519PrivateKey(mlkem, x25519)

    def open(self, blob: bytes, *, info: bytes) -> bytes:
        """HPKE OpenBase with an empty AAD. Raises Tampered."""
        with refused(InvalidTag, ValueError):
            return _SUITE.decrypt(blob, self._hybrid, info)


def seal(public: bytes, plaintext: bytes, *, info: bytes) -> bytes:
    """HPKE SealBase with an empty AAD: 1,120 bytes encapsulated, then ciphertext and tag.

    Raises Tampered for a public key that is none, or of low order.
    """
    key = _public_key(public)
    with refused(ValueError):
        return _SUITE.encrypt(plaintext, key, info)


def check_public(public: bytes) -> None:
    """Raises Tampered unless both halves can be read as keys."""
    _public_key(public)


def _public_key(public: bytes) -> MLKEM768X25519PublicKey:
    if len(public) != PUBLIC:
        raise Tampered
    with refused(ValueError):
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC]),
            X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC:]),
        )
