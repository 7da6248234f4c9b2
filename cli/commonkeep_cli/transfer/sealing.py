"""Cutting a file into upload parts, sealed and hashed in memory just before they are sent.

Each worker reads one segment, notes what it is, seals it into its part and hashes both while
they are warm in the cache. Reading, sealing and hashing let go of the interpreter lock.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .. import crypto
from ..crypto import segments

PRINT: Final = 32
Reader = Callable[[memoryview, int], int]
"""Fills the view from a plaintext offset and says how many bytes it got."""


class Changed(Exception):
    """The local file is not what it was when its upload began."""


@dataclass(frozen=True, slots=True)
class Part:
    """One sealed part of an upload.

    `prints` are keyed fingerprints of its plaintext segments and `hashes` the SHA-256 of its
    sealed segments, 32 bytes each in order. `per_part` segments make a whole part.
    """

    number: int
    per_part: int
    stored: memoryview
    sha256: bytes
    prints: bytes
    hashes: bytes


class PartSealer:
    """Seals the parts of one revision, in any order and from any thread.

    `secret` keys the fingerprints: the journal that keeps them must not say what the file held.
    """

    def __init__(
        self,
        sealer: crypto.ContentSealer,
        read: Reader,
        *,
        size: int,
        part_size: int,
        secret: bytes,
    ) -> None:
        self._sealer = sealer
        self._read = read
        self.size = size
        self._per_part = part_size // segments.SEGMENT
        self._count = segments.segment_count(size)
        self._blank = hmac.new(secret, digestmod=hashlib.sha256)
        self._scratch = threading.local()

    @property
    def parts(self) -> int:
        """How many parts the file has; an empty file has one."""
        return -(-self._count // self._per_part)

    def print_part(self, number: int) -> bytes:
        """The fingerprints of a part's plaintext, without sealing it. Raises Changed."""
        return b"".join(self._print(self._plaintext(index)) for index in self._indexes(number))

    def seal(self, number: int, buffer: bytearray) -> Part:
        """Seal part `number` into `buffer`, which must stay untouched as long as the part is used.

        Raises Changed if the file is shorter than it was.
        """
        whole, prints, hashes = hashlib.sha256(), bytearray(), bytearray()
        view, at = memoryview(buffer), 0
        for index in self._indexes(number):
            stored = self._seal_segment(index, view[at:], prints)
            whole.update(stored)
            hashes += crypto.segment_hash(index, stored)
            at += len(stored)
        return Part(
            number=number,
            per_part=self._per_part,
            stored=view[:at],
            sha256=whole.digest(),
            prints=bytes(prints),
            hashes=bytes(hashes),
        )

    def _seal_segment(self, index: int, into: memoryview, prints: bytearray) -> memoryview:
        plaintext = self._plaintext(index)
        prints += self._print(plaintext)
        last = index == self._count - 1
        return into[: self._sealer.seal_into(index, plaintext, into, last=last)]

    def _indexes(self, number: int) -> range:
        first = number * self._per_part
        return range(first, min(first + self._per_part, self._count))

    def _plaintext(self, index: int) -> memoryview:
        start, stop = segments.plaintext_bounds(index, self.size)
        view = self._buffer()[: stop - start]
        if self._read(view, start) != stop - start:
            raise Changed
        return view

    def _buffer(self) -> memoryview:
        found: memoryview | None = getattr(self._scratch, "view", None)
        if found is None:
            found = self._scratch.view = memoryview(bytearray(segments.SEGMENT))
        return found

    def _print(self, plaintext: memoryview) -> bytes:
        running = self._blank.copy()
        running.update(plaintext)
        return running.digest()


def reader(fd: int) -> Reader:
    """Reads a local file by offset; fewer bytes than asked for only at its end."""

    def read(view: memoryview, offset: int) -> int:
        got = 0
        while got < len(view):
            step = os.preadv(fd, [view[got:]], offset + got)
            if not step:
                break
            got += step
        return got

    return read
