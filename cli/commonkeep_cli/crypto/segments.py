"""Where the bytes of a file lie once it is cut into sealed segments. Arithmetic, no keys.

The stored form of a file is header (40 bytes), then the sealed segments back to back. Stored
segment i is bytes [i * segment, (i + 1) * segment) of it, so the first one carries the header in
front and holds 40 bytes of plaintext less than the others. All sizes are in bytes; ranges are
half open. Source: Google Tink, streaming AEAD, AES-GCM-HKDF with ciphertext segments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .errors import Tampered

SEGMENT: Final = 262_144
HEADER: Final = 40
TAG: Final = 16
DIGEST: Final = 32
"""Bytes of the hash of a segment, as the content root and a server's list have it."""
MAX_SEGMENTS: Final = 2**24
MAX_SIZE: Final = MAX_SEGMENTS * (SEGMENT - TAG) - HEADER


def capacity(index: int, *, segment: int = SEGMENT) -> int:
    """Plaintext bytes that fill segment `index`."""
    return segment - TAG - (0 if index else HEADER)


def segment_count(size: int, *, segment: int = SEGMENT) -> int:
    """Segments of a plaintext of `size` bytes; an empty file has one."""
    return max(1, -(-(size + HEADER) // (segment - TAG)))


def ct_len(size: int, *, segment: int = SEGMENT) -> int:
    """Stored bytes of a plaintext of `size` bytes, header included."""
    return HEADER + size + TAG * segment_count(size, segment=segment)


def size_from_ct_len(stored: int, *, segment: int = SEGMENT) -> int:
    """Plaintext bytes inside `stored` bytes. Raises Tampered for a length no file can have."""
    count = -(-stored // segment)
    size = stored - HEADER - TAG * count
    if size < 0 or count > MAX_SEGMENTS or ct_len(size, segment=segment) != stored:
        raise Tampered
    return size


def plaintext_bounds(index: int, size: int, *, segment: int = SEGMENT) -> tuple[int, int]:
    """The plaintext range that segment `index` of a file holds. Raises ValueError beyond it."""
    _check_index(index, size, segment)
    step = segment - TAG
    return max(0, index * step - HEADER), min(size, (index + 1) * step - HEADER)


def ciphertext_bounds(index: int, size: int, *, segment: int = SEGMENT) -> tuple[int, int]:
    """The stored range of segment `index`, header included in the first."""
    _check_index(index, size, segment)
    return index * segment, min(ct_len(size, segment=segment), (index + 1) * segment)


def _check_index(index: int, size: int, segment: int) -> None:
    if not 0 <= index < segment_count(size, segment=segment):
        raise ValueError("this file has no such segment")


@dataclass(frozen=True, slots=True)
class Cover:
    """The whole segments that hold a plaintext range.

    first..last are the segments, final is the last one of the file (sealed as such),
    ct_start:ct_stop the stored bytes to fetch, skip the plaintext bytes to drop in front and
    take the bytes to keep after that.
    """

    first: int
    last: int
    final: int
    ct_start: int
    ct_stop: int
    skip: int
    take: int


def cover(start: int, stop: int, size: int, *, segment: int = SEGMENT) -> Cover:
    """Which stored bytes a reader of plaintext [start, stop) needs.

    Raises ValueError unless 0 <= start < stop <= size. Take `size` from the signed meta: a
    range alone cannot show that a file was cut short.
    """
    if not 0 <= start < stop <= size:
        raise ValueError("this range is not inside the file")
    step = segment - TAG
    first, last = (start + HEADER) // step, (stop - 1 + HEADER) // step
    return Cover(
        first=first,
        last=last,
        final=segment_count(size, segment=segment) - 1,
        ct_start=first * segment,
        ct_stop=ciphertext_bounds(last, size, segment=segment)[1],
        skip=start - plaintext_bounds(first, size, segment=segment)[0],
        take=stop - start,
    )
