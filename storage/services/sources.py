"""Stored blobs read as one stream and proven against their rows on the way."""

import hashlib

from commonkeep.blobs import Checked, Window
from commonkeep.format import HEADER, SEGMENT
from storage.models import Blob
from storage.services import blobs


class SegmentHasher:
    """SHA-256 of each segment of a sealed file; the header is not part of segment 0."""

    def __init__(self) -> None:
        self._done: list[bytes] = []
        self._hasher = hashlib.sha256()
        self._skip = HEADER
        self._left = SEGMENT - HEADER
        self._fresh = True

    def update(self, chunk: bytes) -> None:
        view = memoryview(chunk)[self._skip :]
        self._skip -= len(chunk) - len(view)
        while view:
            piece, view = view[: self._left], view[self._left :]
            self._hasher.update(piece)
            self._left -= len(piece)
            self._fresh = False
            if not self._left:
                self._finish_segment()

    def digests(self) -> bytes:
        """32 bytes per segment, once everything went in."""
        if not self._fresh:
            self._finish_segment()
        return b"".join(self._done)

    def _finish_segment(self) -> None:
        self._done.append(self._hasher.digest())
        self._hasher = hashlib.sha256()
        self._left = SEGMENT
        self._fresh = True


class Joined:
    """Whole blobs, one after the other. Raises `HashMismatch` where one is not what its row says,
    before its last byte is handed out: a store's `put` then keeps nothing.
    """

    def __init__(self, rows: list[Blob], hasher: SegmentHasher | None = None) -> None:
        self._rows = iter(rows)
        self._hasher = hasher
        self._window: Window | None = None
        self._checked: Checked | None = None

    def read(self, size: int, /) -> bytes:
        while self._checked or self._next():
            assert self._checked is not None
            if chunk := self._checked.read(size):
                if self._hasher:
                    self._hasher.update(chunk)
                return chunk
            self.close()
        return b""

    def close(self) -> None:
        if self._window:
            self._window.close()
        self._window = self._checked = None

    def _next(self) -> bool:
        blob = next(self._rows, None)
        if blob is None:
            return False
        self._window = blobs.store_of(blob).open(blob.key)
        self._checked = Checked(self._window, size=blob.size, sha256=bytes(blob.sha256 or b""))
        return True
