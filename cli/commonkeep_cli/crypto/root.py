"""The content root: one hash over all sealed segments, signed with the file's record.

AES-GCM does not commit to its key and every reader holds it. The root is what stops a reader
who works with the server from putting other content in the place of the author's.
"""

from __future__ import annotations

import hashlib
import hmac

from .encoding import ctx, sha256
from .errors import Tampered
from .segments import DIGEST, HEADER, SEGMENT, segment_count
from .stream import Buffer


def segment_hash(index: int, stored: Buffer) -> bytes:
    """SHA-256 of a sealed segment as stored; for 0 without the 40 header bytes in front."""
    return sha256(stored if index else memoryview(stored)[HEADER:])


def content_root(header: bytes, hashes: Buffer) -> bytes:
    """32 bytes: SHA-256(ctx("h/content-root", header, hashes)), hashes being 32 each in order."""
    return sha256(ctx("h/content-root", header, bytes(hashes)))


class RootHasher:
    """The content root of segments that are reported one after the other.

    With `count` (segments of the file, from its size) the memory used is constant; without, 32
    bytes are kept per segment, because the length of the list is hashed before the list.
    """

    def __init__(self, header: bytes, *, count: int | None = None) -> None:
        self._header = header
        self._count = count
        self._added = 0
        self._hashes = bytearray()
        self._running = hashlib.sha256(ctx("h/content-root", header))
        if count is not None:
            self._running.update((count * DIGEST).to_bytes(4, "big"))

    def add(self, digest: bytes) -> None:
        """Take the `segment_hash` of the next segment."""
        self._added += 1
        if self._count is None:
            self._hashes += digest
        else:
            self._running.update(digest)

    def digest(self) -> bytes:
        """The root. Raises Tampered if `count` was given and other segments were added."""
        if self._count is None:
            return content_root(self._header, self._hashes)
        if self._added != self._count:
            raise Tampered
        return self._running.digest()


class HashList:
    """A server's list of segment hashes, checked against the signed root once.

    Then every fetched segment can be checked alone, which is what reading a range of a file in
    a shared folder needs. Raises Tampered unless the list is the one the author signed.
    """

    def __init__(
        self, header: bytes, hashes: bytes, *, root: bytes, size: int, segment: int = SEGMENT
    ) -> None:
        right_length = len(hashes) == DIGEST * segment_count(size, segment=segment)
        if not right_length or not hmac.compare_digest(content_root(header, hashes), root):
            raise Tampered
        self._hashes = hashes

    def check(self, index: int, stored: Buffer) -> None:
        """Raises Tampered unless this is stored segment `index`."""
        expected = self._hashes[index * DIGEST : (index + 1) * DIGEST]
        if not hmac.compare_digest(segment_hash(index, stored), expected):
            raise Tampered
