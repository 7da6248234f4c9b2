"""Fetching revisions: every segment verified as it arrives, the root over all of them at the end.

A revision is known by the signed record that names it. What a server sends under its id is
compared with that: length, every segment, and the root. Nothing is released before its segment
is verified, and nothing counts as whole before the root is.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

from .. import crypto
from ..crypto import segments
from ..crypto.segments import DIGEST

PART = 32
"""Segments in one ranged read: 8 MiB."""

Write = Callable[[int, memoryview, memoryview], object]
"""Takes the index of a verified segment, the segment as stored, and its plaintext."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One revision of one file, as a record that passed every check describes it."""

    node: crypto.NodeId
    key: crypto.NodeKey = field(repr=False)
    rev: crypto.RevId
    size: int
    root: bytes

    @classmethod
    def of(cls, node: crypto.NodeId, key: crypto.NodeKey, meta: crypto.FileMeta) -> Stored:
        return cls(node, key, meta.rev, meta.size, meta.root)

    @property
    def length(self) -> int:
        """Bytes of its ciphertext, which the server is asked for."""
        return segments.ct_len(self.size)

    def opener(self, header: bytes) -> crypto.ContentOpener:
        """Raises Tampered for a header that is none."""
        key = crypto.content_key(self.key)
        return crypto.ContentOpener(key, node=self.node, rev=self.rev, header=header)

    def require_root(self, header: bytes, hashes: bytes) -> None:
        """Raises Tampered unless these are all segments that the author sealed."""
        if not hmac.compare_digest(crypto.content_root(header, hashes), self.root):
            raise crypto.Tampered


class Pieces(Protocol):
    """Some bytes of a revision, taken piece by piece."""

    def take(self, length: int) -> memoryview:
        """The next bytes. Raises Tampered if there are fewer."""

    def close(self) -> None:
        """No more are wanted."""


class Origin(Protocol):
    """Where ciphertexts come from: a server or a bundle. Nothing it gives is believed."""

    def stretch(self, rev: crypto.RevId, start: int, stop: int) -> Pieces:
        """Bytes start:stop of a revision."""

    def many(self, revs: Sequence[crypto.RevId], *, size: int) -> bytes:
        """Small revisions back to back, `size` bytes together. Raises Tampered."""

    def tree(self, rev: crypto.RevId, *, segments: int) -> bytes:
        """SHA-256 of every segment."""


def open_small(stored: Stored, data: memoryview) -> bytes:
    """The plaintext of a revision of one segment. Raises Tampered."""
    header = bytes(data[: segments.HEADER])
    plaintext = stored.opener(header).open(0, data, last=True)
    stored.require_root(header, crypto.segment_hash(0, data))
    if len(plaintext) != stored.size:
        raise crypto.Tampered
    return plaintext


class Ranges:
    """One revision, fetched in parts from several threads.

    Part 0 must be asked for first: it brings the header that all others wait for. `write` is
    called in any order, `moved` with the plaintext bytes of each segment.
    """

    def __init__(
        self, origin: Origin, stored: Stored, *, write: Write, moved: Callable[[int], None]
    ) -> None:
        self._origin = origin
        self._stored = stored
        self._write = write
        self._moved = moved
        self._count = segments.segment_count(stored.size)
        self._hashes = bytearray(DIGEST * self._count)
        self._opener: Future[crypto.ContentOpener] = Future()
        self._held = bytearray(self._count)

    @property
    def parts(self) -> list[int]:
        """The parts that must be fetched, in the order to ask for them."""
        return [part for part in range(-(-self._count // PART)) if not self._is_held(part)]

    def hold(self, index: int, digest: bytes) -> None:
        """Take segment `index` as fetched: its plaintext is there and seals to this hash."""
        self._note(index, digest)
        self._held[index] = 1

    def fetch(self, part: int) -> None:
        """Fetch a part's segments, verify and write them. Raises Tampered, or a Failure."""
        try:
            self._fetch(part * PART, min((part + 1) * PART, self._count))
        except BaseException as error:
            if part == 0 and not self._opener.done():
                self._opener.set_exception(error)
            raise

    def finish(self) -> None:
        """Raises Tampered unless what was fetched is the whole of what the author sealed."""
        self._stored.require_root(self._opener.result().header, bytes(self._hashes))

    def _is_held(self, part: int) -> bool:
        # Part 0 is fetched in any case, for the header.
        return part > 0 and all(self._held[part * PART : (part + 1) * PART])

    def _fetch(self, first: int, stop: int) -> None:
        plaintext = memoryview(bytearray(segments.SEGMENT))
        start = first * segments.SEGMENT
        end = segments.ciphertext_bounds(stop - 1, self._stored.size)[1]
        with closing(self._origin.stretch(self._stored.rev, start, end)) as answer:
            for index in range(first, stop):
                low, high = segments.ciphertext_bounds(index, self._stored.size)
                self._segment(index, answer.take(high - low), plaintext)

    def _segment(self, index: int, stored: memoryview, plaintext: memoryview) -> None:
        if index == 0:
            self._opener.set_result(self._stored.opener(bytes(stored[: segments.HEADER])))
        last = index == self._count - 1
        length = self._opener.result().open_into(index, stored, plaintext, last=last)
        self._note(index, crypto.segment_hash(index, stored))
        self._write(index, stored, plaintext[:length])
        self._moved(length)

    def _note(self, index: int, digest: bytes) -> None:
        at = index * DIGEST
        self._hashes[at : at + DIGEST] = digest
