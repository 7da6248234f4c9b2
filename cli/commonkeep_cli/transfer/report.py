"""What became of a transfer: counts, and word of each file that failed.

Counted by several threads while files move; read once at the end.
"""

from __future__ import annotations

import threading
import time
from typing import Final, Protocol

_UNITS: Final = ("B", "kB", "MB", "GB", "TB")


class Watch(Protocol):
    """Somebody who is told how far a transfer is."""

    def expect(self, files: int, size: int) -> None: ...

    def moved(self, size: int) -> None: ...

    def finished(self, files: int) -> None: ...


class Unwatched:
    """Nobody looks."""

    def expect(self, files: int, size: int) -> None: ...

    def moved(self, size: int) -> None: ...

    def finished(self, files: int) -> None: ...


class Listener(Protocol):
    """Somebody who is told at once of what is not simply done."""

    def failed(self, path: str, reason: str, *, refused: bool) -> None: ...

    def left_out(self, path: str, reason: str) -> None: ...


class Report:
    """Counts of one transfer; `verb` is how its summary begins, such as put or got."""

    def __init__(self, verb: str, listener: Listener, *, watch: Watch | None = None) -> None:
        self._verb = verb
        self._listener = listener
        self._watch = watch or Unwatched()
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self.files = self.folders = self.size = self.skipped = 0
        self.failed = self.left_out = 0

    def expect(self, files: int, size: int) -> None:
        """So many files and bytes are going to move."""
        self._watch.expect(files, size)

    def moved(self, size: int) -> None:
        """Bytes on their way; for the eye only."""
        with self._lock:
            self._watch.moved(size)

    def done(self, files: int, size: int) -> None:
        """Files that are safe where they were to go, and their bytes."""
        with self._lock:
            self.files += files
            self.size += size
            self._watch.finished(files)

    def made(self, folders: int) -> None:
        """Folders that were made."""
        with self._lock:
            self.folders += folders

    def skip(self, files: int = 1) -> None:
        """Files that were there already and equal."""
        with self._lock:
            self.skipped += files

    def leave_out(self, path: str, reason: str) -> None:
        """Something that is never taken along, such as a link."""
        with self._lock:
            self.left_out += 1
            self._listener.left_out(path, reason)

    def fail(self, path: str, reason: str, *, refused: bool = False) -> None:
        """A file that failed; `refused` if what was received is not what its author made."""
        with self._lock:
            self.failed += 1
            self._listener.failed(path, reason, refused=refused)

    def summary(self) -> str:
        """Such as: put 7,421 files, 182 MB in 6.1 s; 12 skipped; 0 failed."""
        seconds = time.monotonic() - self._began
        return (
            f"{self._verb} {self.files:,} {'file' if self.files == 1 else 'files'}, "
            f"{readable(self.size)} in {seconds:.1f} s; "
            f"{self.skipped + self.left_out:,} skipped; {self.failed:,} failed"
        )

    def members(self) -> dict[str, object]:
        """The same for programs; sizes in bytes. What failed is told to the listener."""
        return {
            "files": self.files,
            "folders": self.folders,
            "bytes": self.size,
            "seconds": round(time.monotonic() - self._began, 3),
            "skipped": self.skipped,
            "left_out": self.left_out,
        }


def readable(size: int) -> str:
    """Bytes for the eye, in powers of a thousand."""
    amount, unit = float(size), _UNITS[0]
    for bigger in _UNITS[1:]:
        if amount < 1000:
            break
        amount, unit = amount / 1000, bigger
    digits = 1 if amount < 10 and unit != "B" else 0
    return f"{amount:,.{digits}f} {unit}"
