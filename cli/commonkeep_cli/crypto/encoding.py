"""How values become bytes: contexts, derived keys, integers, base64url and padding.

Source: docs/format.md, "Encoding".
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import Tampered

SCHEME: Final = b"commonkeep/v1/"
U8_MAX: Final = 2**8 - 1
U32_MAX: Final = 2**32 - 1
# The browser client keeps integers in doubles; beyond this they would silently lose bits.
U64_MAX: Final = 2**53 - 1

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z")
_PAD_SMALL: Final = 512
_PAD_STEP: Final = 1024


def u8(value: int) -> bytes:
    """One byte. Raises Tampered unless 0 <= value <= 255."""
    return bounded(value, U8_MAX).to_bytes(1, "big")


def u32(value: int) -> bytes:
    """Four bytes, big-endian. Raises Tampered out of range."""
    return bounded(value, U32_MAX).to_bytes(4, "big")


def u64(value: int) -> bytes:
    """Eight bytes, big-endian. Raises Tampered above 2**53 - 1."""
    return bounded(value, U64_MAX).to_bytes(8, "big")


def bounded(value: object, top: int, *, least: int = 0) -> int:
    """The value itself, if it is an integer (and no bool) in least..top; else Tampered."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= top:
        return int(value)
    raise Tampered


def sized(value: object, length: int) -> bytes:
    """The value itself, if it is bytes of that length; else Tampered."""
    if not isinstance(value, bytes) or len(value) != length:
        raise Tampered
    return value


def ctx(label: str, *fields: bytes) -> bytes:
    """Scheme, label and a zero byte, then each field behind its u32 length: no two lists meet."""
    return b"".join([SCHEME, label.encode("ascii"), b"\0", *map(_prefixed, fields)])


def _prefixed(field: bytes) -> bytes:
    return len(field).to_bytes(4, "big") + field


def kd(key: bytes, label: str, *fields: bytes) -> bytes:
    """32 bytes: HKDF-SHA256 (RFC 5869) with an empty salt and info = ctx("kd/" label, fields)."""
    return HKDF(SHA256(), 32, salt=None, info=ctx("kd/" + label, *fields)).derive(key)


def sha256(data: bytes | bytearray | memoryview) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(data).digest()


def b64url(data: bytes) -> str:
    """base64url (RFC 4648, section 5) without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64url(text: object, *, length: int | None = None) -> bytes:
    """Read the one spelling that `b64url` writes.

    Decoders forgive blanks, padding and stray low bits; two spellings of one value are two
    values to whoever compares text. Raises Tampered for anything else, or another length.
    """
    if not isinstance(text, str) or not _BASE64URL.match(text) or len(text) % 4 == 1:
        raise Tampered
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64url(data) != text or (length is not None and len(data) != length):
        raise Tampered
    return data


def pad(data: bytes) -> bytes:
    """u32 length, data, zeros up to 512, else 1,024, else the next multiple of 1,024 bytes."""
    return (len(data).to_bytes(4, "big") + data).ljust(_bucket(len(data)), b"\0")


def _bucket(length: int) -> int:
    whole = length + 4
    return _PAD_SMALL if whole <= _PAD_SMALL else -(-whole // _PAD_STEP) * _PAD_STEP


def unpad(padded: bytes) -> bytes:
    """Undo `pad`. Raises Tampered for another bucket, a lying length or a non-zero filler."""
    length = int.from_bytes(padded[:4], "big")
    if len(padded) < _PAD_SMALL or _bucket(length) != len(padded) or any(padded[4 + length :]):
        raise Tampered
    return padded[4 : 4 + length]
