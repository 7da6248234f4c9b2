"""What became of a transfer: counts, one line per file that failed, and the exit code.

Counted by several threads while files move; read once at the end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from ..errors import REFUSED, SOME_FAILED
from ..screen import shown

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


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was left out or failed, and why."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{shown(self.path)}: {self.reason}"


class Report:
    """Counts of one transfer. `say` is called with a line for all that is not simply done."""

    def __init__(self, verb: str, *, say: Callable[[str], None], watch: Watch | None = None):
        self._verb = verb
        self._say = say
        self._watch = watch or Unwatched()
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self.files = self.folders = self.size = self.skipped = self.refused = 0
        self.left_out: list[Line] = []
        self.failures: list[Line] = []

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
        self._note(self.left_out, path, reason, "skipped")

    def fail(self, path: str, reason: str, *, refused: bool = False) -> None:
        """A file that failed; `refused` if what was received is not what its author made."""
        self.refused += refused
        self._note(self.failures, path, reason, "refused" if refused else "failed")

    def _note(self, where: list[Line], path: str, reason: str, word: str) -> None:
        line = Line(path, reason)
        with self._lock:
            where.append(line)
            self._say(f"{word}: {line}")

    @property
    def exit_code(self) -> int:
        """0, 1 if some failed, 5 if something was refused as tampered."""
        if self.refused:
            return REFUSED
        return SOME_FAILED if self.failures else 0

    def summary(self) -> str:
        """Such as: put 7,421 files, 182 MB in 6.1 s; 12 skipped; 0 failed."""
        seconds = time.monotonic() - self._began
        skipped = self.skipped + len(self.left_out)
        return (
            f"{self._verb} {self.files:,} {'file' if self.files == 1 else 'files'}, "
            f"{readable(self.size)} in {seconds:.1f} s; "
            f"{skipped:,} skipped; {len(self.failures):,} failed"
        )

    def as_json(self) -> dict[str, object]:
        """The same for programs; sizes in bytes."""
        return {
            "files": self.files,
            "folders": self.folders,
            "bytes": self.size,
            "seconds": round(time.monotonic() - self._began, 3),
            "skipped": self.skipped,
            "left_out": [_json(line) for line in self.left_out],
            "failed": len(self.failures),
            "refused": self.refused,
            "failures": [_json(line) for line in self.failures],
        }


def _json(line: Line) -> dict[str, str]:
    # Undecodable file names hold lone surrogates, which are no JSON text.
    path = line.path.encode(errors="backslashreplace").decode()
    return {"path": path, "reason": line.reason}


def readable(size: int) -> str:
    """Bytes for the eye, in powers of a thousand."""
    amount, unit = float(size), _UNITS[0]
    for bigger in _UNITS[1:]:
        if amount < 1000:
            break
        amount, unit = amount / 1000, bigger
    digits = 1 if amount < 10 and unit != "B" else 0
    return f"{amount:,.{digits}f} {unit}"
