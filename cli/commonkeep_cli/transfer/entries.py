"""The bytes of a journal: a head with a box, then an entry for each sealed part."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Final

from .sealing import PRINT

_MAGIC: Final = b"commonkeep journal 2\n"
_U32: Final = struct.Struct(">I")
_ENTRY: Final = struct.Struct(">III32s")  # part, segments in a whole one, in this one, SHA-256


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a sealed part; the members are those of `Part`."""

    per_part: int
    sha256: bytes
    prints: bytes
    hashes: bytes


def head(sealed: bytes) -> bytes:
    """The beginning of a journal around its box."""
    return _MAGIC + _U32.pack(len(sealed)) + sealed


def entry(number: int, kept: Kept) -> bytes:
    """An entry, which ends in a checksum: a torn one is told from a whole one."""
    count = len(kept.hashes) // PRINT
    body = _ENTRY.pack(number, kept.per_part, count, kept.sha256) + kept.prints + kept.hashes
    return body + _U32.pack(zlib.crc32(body))


def read(data: bytes) -> tuple[bytes, dict[int, Kept]] | None:
    """The box and the parts by number; None unless every byte belongs to a whole entry."""
    start = len(_MAGIC) + _U32.size
    if not data.startswith(_MAGIC) or len(data) < start:
        return None
    (length,) = _U32.unpack_from(data, len(_MAGIC))
    kept: dict[int, Kept] = {}
    at = start + length
    while at < len(data):
        found = _read_entry(data, at)
        if found is None:
            return None
        number, kept[number], at = found
    return data[start : start + length], kept


def _read_entry(data: bytes, at: int) -> tuple[int, Kept, int] | None:
    if at + _ENTRY.size > len(data):
        return None
    number, per_part, count, sha256 = _ENTRY.unpack_from(data, at)
    prints = at + _ENTRY.size
    hashes, end = prints + count * PRINT, prints + 2 * count * PRINT
    if end + _U32.size > len(data):
        return None
    (crc,) = _U32.unpack_from(data, end)
    if crc != zlib.crc32(data[at:end]):
        return None
    return number, Kept(per_part, sha256, data[prints:hashes], data[hashes:end]), end + _U32.size
