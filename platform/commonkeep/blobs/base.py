"""What every blob store promises; tests/contracts/ holds both implementations to it."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

CHUNK = 1024 * 1024


class Missing(Exception):
    """No blob has that key (any more)."""


class LengthMismatch(Exception):
    """The source ended early or broke; nothing was kept. `received` bytes had come by then."""

    def __init__(self, received: int) -> None:
        super().__init__("the source ended early")
        self.received = received


class HashMismatch(Exception):
    """The bytes do not have the announced SHA-256; nothing was kept."""


class StoreAway(Exception):
    """The store does not answer or refuses its work; nothing is known about the blob."""


class Source(Protocol):
    """Anything that can be read forwards; an empty answer is the end."""

    def read(self, size: int, /) -> bytes: ...


class Window(Source, Protocol):
    """An open blob, or a range of it; ends exactly where the range ends, or raises `Missing`."""

    length: int

    def close(self) -> None: ...


@dataclass(frozen=True)
class Stored:
    """A blob as its store lists it."""

    key: str
    size: int
    modified: datetime


class BlobStore(Protocol):
    """Immutable blobs by key (32 lower-case hexadecimal digits)."""

    def put(self, key: str, source: Source, *, size: int, sha256: bytes | None = None) -> bytes:
        """Keep exactly `size` bytes of `source` and answer their SHA-256.

        After the answer the blob survives the loss of power. Before it, and after any error
        (`LengthMismatch`, `HashMismatch`, `StoreAway`, whatever the source raises), the key holds
        what it held. A put may be repeated.
        """

    def open(self, key: str, start: int = 0, stop: int | None = None) -> Window:
        """The bytes from `start` up to `stop` (the end). Raises `Missing` or `StoreAway`."""

    def size(self, key: str) -> int:
        """Bytes of the blob. Raises `Missing` or `StoreAway`."""

    def delete(self, key: str) -> None:
        """Take the blob away; no error where there is none."""

    def list(self) -> Iterator[Stored]:
        """Every blob, in no particular order."""


class Checked:
    """A source that refuses to hand out its last byte unless length and hash are right.

    So whatever stores from it never sees a complete body that is wrong.
    """

    def __init__(self, source: Source, *, size: int, sha256: bytes | None) -> None:
        self._source = source
        self._left = size
        self._size = size
        self._expected = sha256
        self._hash = hashlib.sha256()
        self._prove_when_done()

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        if not wanted:
            return b""
        try:
            chunk = self._source.read(wanted)
        except OSError as error:  # the line broke: not the store's fault
            raise LengthMismatch(self._size - self._left) from error
        if not chunk:
            raise LengthMismatch(self._size - self._left)
        self._hash.update(chunk)
        self._left -= len(chunk)
        self._prove_when_done()
        return chunk

    def digest(self) -> bytes:
        """SHA-256 of what was read."""
        return self._hash.digest()

    def _prove_when_done(self) -> None:
        if not self._left and self._expected not in (None, self._hash.digest()):
            raise HashMismatch


def require_key(key: str) -> str:
    """`key`, or ValueError: a key becomes a path, so nothing else may reach a store."""
    if not re.fullmatch(r"[0-9a-f]{32}", key):
        raise ValueError("not a blob key")
    return key
