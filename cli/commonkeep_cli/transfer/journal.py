"""What an upload has sealed so far, on disk before the sealed bytes leave.

Sealing two different plaintexts under one header and index gives AES-GCM away altogether. So an
upload is continued with its old header only if every segment that was sealed before still has
the same plaintext, and the journal is what knows that: per segment a keyed fingerprint of the
plaintext and the SHA-256 of the ciphertext, forced to disk before the part is sent.

A journal may be lost, cut, or come back from an old copy of the disk. So it is believed only
where nothing speaks against it: the file has the same size and time as then, and the server
holds no part that the journal does not know, and cuts parts as it did before.

A journal is a box and then one entry per part. The box holds what was drawn for this upload, the
node key among it, and opens with the account key: at rest it gives no more than the keyring
does. The lock on the file keeps two runs from sealing side by side.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final

from .. import crypto
from ..api.content import Upload
from ..crypto import segments
from . import entries
from .drawn import Drawn
from .entries import Kept
from .sealing import Changed, Part

_KEPT_SECONDS: Final = 8 * 86_400  # a promise lives for seven days after its last part
_PURPOSE: Final = "journal"


class Busy(Exception):
    """Another run is sending this file."""


class Journal:
    """The journal of the upload of one local file; a context manager that holds its lock.

    It stays on disk until `remove`. Raises Busy while another run holds it.
    """

    def __init__(self, path: Path, *, amk: crypto.AccountKey) -> None:
        self._path = path
        self._amk = amk
        self._name = path.name.encode()
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
        plain = drawn.to_bytes()
        sealed = crypto.at_rest.seal(self._amk, plain, purpose=_PURPOSE, name=self._name)
        os.ftruncate(self._fd, 0)
        os.lseek(self._fd, 0, os.SEEK_SET)
        _write(self._fd, entries.head(sealed))
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
        kept = Kept(part.per_part, part.sha256, part.prints, part.hashes)
        with self._lock:
            if part.number not in self._kept:
                _write(self._fd, entries.entry(part.number, kept))
                self._kept[part.number] = kept
        # Also what an earlier run wrote: it may have been killed before it came to this.
        os.fsync(self._fd)

    def knows_all_of(self, upload: Upload) -> bool:
        """Whether it names all that the server holds, in parts of the same length.

        If not, it is an older copy of itself, or the server would have segments sealed again
        that the journal knows as another part's: then nothing may be continued.
        """
        per_part = upload.part_size // segments.SEGMENT
        return all(kept.per_part == per_part for kept in self._kept.values()) and all(
            number in self._kept and self._kept[number].sha256 == held.sha256
            for number, held in upload.parts.items()
        )

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
        found = entries.read(self._path.read_bytes())
        if found is None:
            return
        sealed, kept = found
        try:
            plain = crypto.at_rest.open(sealed, self._amk, purpose=_PURPOSE, name=self._name)
            self.drawn = Drawn.from_bytes(plain)
        except (crypto.Tampered, ValueError, KeyError):
            return  # of another account, or damaged
        self._kept = kept
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


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
