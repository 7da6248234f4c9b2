"""What an upload has sealed so far, on disk before the sealed bytes leave.

Sealing two different plaintexts under one header and index gives AES-GCM away altogether. So an
upload is continued with its old header only if every segment that was sealed before still has
the same plaintext, and the journal is what knows that: per segment a keyed fingerprint of the
plaintext and the SHA-256 of the ciphertext, forced to disk before the part is sent.

A journal is a box and then one entry per part. The box holds what was drawn for this upload, the
node key among it, and opens with a key derived from the account's root key: at rest it gives no
more than the keyring does. The lock on the file keeps two runs from sealing side by side.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
import threading
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

from .. import crypto
from ..crypto import box
from ..crypto.encoding import kd
from .drawn import Drawn
from .sealing import PRINT, Changed, Part

_MAGIC: Final = b"commonkeep journal 1\n"
_LENGTH: Final = struct.Struct(">I")
_ENTRY: Final = struct.Struct(">IH32s")  # part, segments, SHA-256 of the part
_KEPT_SECONDS: Final = 8 * 86_400  # a promise lives for seven days after its last part
_SLOT: Final = box.slot("local/journal")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a sealed part."""

    sha256: bytes
    prints: bytes
    hashes: bytes


class Busy(Exception):
    """Another run is sending this file."""


class Journal:
    """The journal of the upload of one local file; a context manager that holds its lock.

    It stays on disk until `remove`. Raises Busy while another run holds it.
    """

    def __init__(self, path: Path, *, root_key: crypto.NodeKey) -> None:
        self._path = path
        self._key = kd(root_key.raw, "local/journal")
        self._lock = threading.Lock()
        self._fd = _open_locked(path)
        self._kept: dict[int, Kept] = {}
        self.drawn: Drawn | None = None
        try:
            self._read()
        except BaseException:
            os.close(self._fd)
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._fd)

    def begin(self, drawn: Drawn) -> None:
        """Start anew with what was drawn; on disk when this returns."""
        sealed = box.seal(self._key, drawn.to_bytes(), slot=_SLOT)
        os.ftruncate(self._fd, 0)
        os.lseek(self._fd, 0, os.SEEK_SET)
        _write(self._fd, _MAGIC + _LENGTH.pack(len(sealed)) + sealed)
        os.fsync(self._fd)
        self.drawn = drawn
        self._kept = {}

    def check(self, number: int, prints: bytes) -> None:
        """Raises Changed unless what was sealed of this part had the same plaintext."""
        kept = self._kept.get(number)
        if kept is not None and kept.prints != prints:
            raise Changed

    def note(self, part: Part) -> None:
        """Put a sealed part on disk, to be called before it is sent. Callable from threads.

        Raises Changed if the part was sealed before from another plaintext: then it must not
        be sent.
        """
        self.check(part.number, part.prints)
        entry = _entry(part)
        with self._lock:
            if part.number in self._kept:
                return
            _write(self._fd, entry)
            self._kept[part.number] = Kept(part.sha256, part.prints, part.hashes)
        os.fsync(self._fd)

    def sha256(self, number: int) -> bytes | None:
        """The SHA-256 of a part that was sealed before, or None."""
        kept = self._kept.get(number)
        return None if kept is None else kept.sha256

    def hashes(self) -> bytes:
        """The SHA-256 of all sealed segments in order, 32 bytes each, once every part is noted."""
        return b"".join(self._kept[number].hashes for number in sorted(self._kept))

    def abandon(self) -> None:
        """The upload will not be continued; another may begin."""
        os.ftruncate(self._fd, 0)
        self.drawn = None
        self._kept = {}

    def remove(self) -> None:
        """The upload is complete."""
        self._path.unlink(missing_ok=True)
        self.abandon()

    def _read(self) -> None:
        """Take up an earlier run. Anything that does not add up means that it begins anew: what
        is not known to be sealed must never be sealed again under the same header."""
        data = self._path.read_bytes()
        found = _read_box(data)
        if found is None:
            return
        sealed, at = found
        entries = _read_entries(data, at)
        if entries is None:
            return
        try:
            self.drawn = Drawn.from_bytes(box.open(self._key, sealed, slot=_SLOT))
        except (crypto.Tampered, ValueError, KeyError):
            return  # of another account, or damaged
        self._kept = entries
        os.lseek(self._fd, 0, os.SEEK_END)


def journal_path(folder: Path, *, user: crypto.UserId, source: str) -> Path:
    """Where the journal of a local file lies: one per account and absolute path."""
    name = hashlib.sha256(user + os.fsencode(source)).hexdigest()[:32]
    return folder / f"{name}.journal"


def sweep(folder: Path) -> None:
    """Remove journals whose uploads the server has given up by now."""
    oldest = time.time() - _KEPT_SECONDS
    for path in folder.glob("*.journal"):
        try:
            if path.stat().st_mtime < oldest:
                os.close(_open_locked(path))
                path.unlink(missing_ok=True)
        except (OSError, Busy):
            continue


def _open_locked(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            raise Busy from None
        if _is_at(fd, path):
            return fd
        os.close(fd)  # its owner finished and removed it between the two calls


def _is_at(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), os.lstat(path))
    except FileNotFoundError:
        return False


def _entry(part: Part) -> bytes:
    count = len(part.hashes) // PRINT
    head = _ENTRY.pack(part.number, count, part.sha256)
    body = head + part.prints + part.hashes
    return body + _LENGTH.pack(zlib.crc32(body))


def _read_box(data: bytes) -> tuple[bytes, int] | None:
    start = len(_MAGIC) + _LENGTH.size
    if not data.startswith(_MAGIC) or len(data) < start:
        return None
    (length,) = _LENGTH.unpack_from(data, len(_MAGIC))
    return data[start : start + length], start + length


def _read_entries(data: bytes, at: int) -> dict[int, Kept] | None:
    entries: dict[int, Kept] = {}
    while at < len(data):
        found = _read_entry(data, at)
        if found is None:
            return None
        number, kept, at = found
        entries[number] = kept
    return entries


def _read_entry(data: bytes, at: int) -> tuple[int, Kept, int] | None:
    if at + _ENTRY.size > len(data):
        return None
    number, count, sha256 = _ENTRY.unpack_from(data, at)
    prints = at + _ENTRY.size
    hashes, end = prints + count * PRINT, prints + 2 * count * PRINT
    if end + _LENGTH.size > len(data):
        return None
    (crc,) = _LENGTH.unpack_from(data, end)
    if crc != zlib.crc32(data[at:end]):
        return None
    return number, Kept(sha256, data[prints:hashes], data[hashes:end]), end + _LENGTH.size


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
