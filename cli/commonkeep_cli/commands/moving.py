"""What put, get, verify, export and decrypt-bundle share: progress, lines, a summary, Ctrl-C."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import INTERRUPTED, Failure, Refused
from ..screen import shown
from .command import stopped
from .run import Run

if TYPE_CHECKING:
    from ..transfer.report import Report


class _Lines:
    """One line for each file that failed or was left out, as it happens."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def failed(self, path: str, reason: str, *, refused: bool) -> None:
        self._run.fail(Refused(reason) if refused else Failure(reason), item=path)

    def left_out(self, path: str, reason: str) -> None:
        self._run.note(f"skipped: {shown(path)}: {reason}")


@contextmanager
def moving(run: Run, verb: str, *, to_stdout: bool = False, **members: Any) -> Iterator[Report]:
    """Count and show what moves in the block, then say what became of it.

    Where files themselves go to standard output, the summary goes to standard error. What
    Ctrl-C interrupts is not waited for: the journal is on disk, and the same command goes on.
    """
    from ..transfer import progress
    from ..transfer.report import Report

    try:
        with progress.shown(wanted=not run.json) as watch:
            report = Report(verb, _Lines(run), watch=watch)
            try:
                yield report
            except Failure:
                if report.files or report.folders:
                    run.note(f"{report.summary()}; the same command goes on from here")
                raise
    except KeyboardInterrupt:
        _leave(run)
    if to_stdout:
        run.note(report.summary())
        return
    run.say(report.summary())
    run.answer(**report.members(), **members)


@contextmanager
def looking(run: Run, verb: str) -> Iterator[Report]:
    """A report for --dry-run: what cannot be done is told, nothing is summed up."""
    from ..transfer.report import Report

    yield Report(verb, _Lines(run))


def _leave(run: Run) -> None:
    """End at once. Threads may still wait for the network, and Python would wait for them."""
    failure = stopped(KeyboardInterrupt())
    run.note(failure.message)
    run.answer_failure(failure)
    sys.stdout.flush()
    os._exit(INTERRUPTED)


def would(run: Run, verb: str, paths: Sequence[str]) -> None:
    """The answer of --dry-run: a line per file or folder."""
    for path in paths:
        run.say(f"would {verb} {shown(path)}")
    run.answer(**{f"would_{verb}": [_text(path) for path in paths], "dry_run": True})


def _text(path: str) -> str:
    # Undecodable file names hold lone surrogates, which are no text.
    return path.encode(errors="backslashreplace").decode()
