"""A box: a small plaintext sealed under one key for one slot, and for no other.

01, then the C2SP chunked encryption (c2sp.org/chunked-encryption, instance AES-256-GCM with
SHA-512, called Cobblestone-256) whose context names the slot. It commits to its key.
"""

from __future__ import annotations

from typing import Final

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from .encoding import ctx
from .errors import Tampered, refused

VERSION: Final = b"\x01"
PLAINTEXT_MAX: Final = 2**20
_CHUNK: Final = 16_384
_TAG: Final = 16
_OVERHEAD: Final = 1 + 24 + 32


def slot(label: str, *fields: bytes) -> bytes:
    """The place a box belongs to; a box opens in its own slot only."""
    return ctx("box/" + label, *fields)


def box_len(size: int) -> int:
    """Bytes of the box around `size` bytes of plaintext."""
    return _OVERHEAD + size + _TAG * (size // _CHUNK + 1)


BOX_MAX: Final = box_len(PLAINTEXT_MAX)


def seal(key: bytes, plaintext: bytes, *, slot: bytes) -> bytes:
    """Seal at most 1 MiB under a 32-byte key. Raises ValueError for more."""
    if len(plaintext) > PLAINTEXT_MAX:
        raise ValueError("a box holds at most 1 MiB")
    encryptor = Cobblestone256Encryptor(key, slot)
    return VERSION + encryptor.update(plaintext) + encryptor.finalize()


def open(key: bytes, box: bytes, *, slot: bytes) -> bytes:
    """The plaintext. Raises Tampered for another key, another slot, or any changed byte."""
    if len(box) > BOX_MAX or box[:1] != VERSION:
        raise Tampered
    decryptor = Cobblestone256Decryptor(key, slot)
    with refused(InvalidTag, ValueError):
        # Nothing is returned before finalize(), so a refused box releases no plaintext.
        return decryptor.update(memoryview(box)[1:]) + decryptor.finalize()


def open_exactly(key: bytes, box: bytes, *, slot: bytes, length: int) -> bytes:
    """Like `open`, for a plaintext of known length. Raises Tampered for any other length."""
    if len(box) != box_len(length):
        raise Tampered
    return open(key, box, slot=slot)
