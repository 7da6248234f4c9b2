"""Blobs as files: `ab/ab12…` below a folder, complete and on stable storage or not there at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from commonkeep.blobs.base import CHUNK, Checked, Missing, Source, StoreAway, Stored, require_key

DRAFTS = "drafts"


class DiskStore:
    """A `BlobStore` in a folder; drafts and blobs must lie on one file system."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, source: Source, *, size: int, sha256: bytes | None = None) -> bytes:
        final = self._path(key)
        checked = Checked(source, size=size, sha256=sha256)
        with _faults():
            draft = self._draft(key)
        try:
            with _faults():
                _write(draft, checked)
                _ensure_folder(final.parent)
                draft.rename(final)
                _fsync_folder(final.parent)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return checked.digest()

    def open(self, key: str, start: int = 0, stop: int | None = None) -> "FileWindow":
        with _faults():
            descriptor = os.open(self._path(key), os.O_RDONLY)
            end = os.fstat(descriptor).st_size
            os.lseek(descriptor, start, os.SEEK_SET)
        return FileWindow(descriptor, max(0, min(end, end if stop is None else stop) - start))

    def size(self, key: str) -> int:
        with _faults():
            return self._path(key).stat().st_size

    def delete(self, key: str) -> None:
        """Also what a put that was killed left of it."""
        with _faults():
            self._path(key).unlink(missing_ok=True)
            for draft in (self._folder / DRAFTS).glob(f"{key}-*"):
                draft.unlink(missing_ok=True)

    def list(self) -> Iterator[Stored]:
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            try:
                about = path.stat()
            except FileNotFoundError:  # removed meanwhile
                continue
            yield Stored(path.name, about.st_size, datetime.fromtimestamp(about.st_mtime, UTC))

    def _path(self, key: str) -> Path:
        return self._folder / require_key(key)[:2] / key

    def _draft(self, key: str) -> Path:
        drafts = self._folder / DRAFTS
        drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
        return drafts / f"{key}-{token_hex(8)}"


class FileWindow:
    """A range of an open file. Has a `fileno`, so that a server can hand it to sendfile."""

    def __init__(self, descriptor: int, length: int) -> None:
        self._file = os.fdopen(descriptor, "rb", buffering=0)
        self._left = length
        self.length = length

    def fileno(self) -> int:
        return self._file.fileno()

    def read(self, size: int = -1, /) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        chunk = self._file.read(wanted) if wanted else b""
        if wanted and not chunk:
            raise Missing("the file became shorter")
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._file.close()


@contextmanager
def _faults() -> Iterator[None]:
    """The system's errors as the seam's."""
    try:
        yield
    except FileNotFoundError as error:
        raise Missing from error
    except OSError as error:
        raise StoreAway(error.strerror) from error


def _write(path: Path, source: Checked) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        while chunk := source.read(CHUNK):
            view = memoryview(chunk)
            while view:
                view = view[file.write(view) :]
        os.fsync(file.fileno())


def _ensure_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        _fsync_folder(folder.parent)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
