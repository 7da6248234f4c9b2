"""Progress on a terminal: files, bytes, rate and time left. Silent anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .report import Unwatched, Watch

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def shown(*, wanted: bool = True) -> Iterator[Watch]:
    """Somebody to report to. Lines printed meanwhile appear above the moving one."""
    if not wanted or not sys.stderr.isatty():
        yield Unwatched()
        return
    with _bar() as bar:
        yield _Shown(bar)


def _bar() -> Progress:
    # Imported late: it takes longer than a small put.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    return Progress(
        TextColumn("{task.fields[done]:,}/{task.fields[files]:,} files"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


class _Shown:
    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._files = self._done = self._total = 0
        self._task: TaskID = bar.add_task("", total=None, files=0, done=0)

    def expect(self, files: int, size: int) -> None:
        self._files += files
        self._total += size
        self._bar.update(self._task, total=self._total, files=self._files)

    def moved(self, size: int) -> None:
        self._bar.advance(self._task, size)

    def finished(self, files: int) -> None:
        self._done += files
        self._bar.update(self._task, done=self._done)
