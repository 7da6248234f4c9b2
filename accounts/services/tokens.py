"""Tokens: 32 random bytes, shown once, kept as SHA-256: a fast hash, as none can be guessed."""

import hashlib
import secrets

from commonkeep import wire

LENGTH = 32


def draw() -> bytes:
    return secrets.token_bytes(LENGTH)


def hashed(token: bytes) -> bytes:
    """What is stored and looked up, 32 bytes."""
    return hashlib.sha256(token).digest()


def read(text: str) -> bytes | None:
    """The token behind the text of a header or cookie; None where it cannot be one."""
    try:
        token = wire.decode(text)
    except ValueError:
        return None
    return token if len(token) == LENGTH else None
