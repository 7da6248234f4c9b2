"""Fetching many revisions: small ones by the hundred, large ones in parts from several threads.

What is done with the bytes is the sink's: placing them as files, only checking them, or keeping
them sealed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Final, Protocol, TypeVar

from .. import crypto
from ..api.answers import Lost
from ..api.problems import ApiProblem
from ..crypto.segments import SEGMENT
from ..errors import SOME_FAILED
from ..local.placing import NotPlaced
from .crew import Crew, spread
from .fetching import Origin, Ranges, Stored
from .report import Report

_REVISIONS: Final = 100
_BYTES: Final = 8 * 2**20
_READERS: Final = 3
_WORKERS: Final = 4
_FILES: Final = 2
_LOST_MOST: Final = 3


class Wanted(Protocol):
    """A revision and the path that a person knows it by."""

    @property
    def stored(self) -> Stored: ...

    @property
    def path(self) -> str: ...


W = TypeVar("W", bound=Wanted)
W_contra = TypeVar("W_contra", bound=Wanted, contravariant=True)
Fetch = Callable[[Ranges], None]


class Sink(Protocol[W_contra]):
    """Takes revisions; raises Tampered or NotPlaced for one that it cannot take."""

    def small(self, wanted: W_contra, data: memoryview) -> None:
        """A revision of one segment, whole and unverified."""

    def large(self, wanted: W_contra, fetch: Fetch) -> None:
        """Make the Ranges of a revision and call `fetch`, which returns once it is verified."""


class FetchAll:
    """One run over many revisions. What concerns one of them alone is reported, not raised."""

    def __init__(self, origin: Origin, report: Report) -> None:
        self._origin = origin
        self._report = report
        self._lost = 0
        self._lock = threading.Lock()

    def run(self, files: Sequence[W], sink: Sink[W]) -> None:
        """Fetch them all; small ones first."""
        small = [wanted for wanted in files if wanted.stored.length <= SEGMENT]
        large = [wanted for wanted in files if wanted.stored.length > SEGMENT]
        with Crew(_READERS) as crew:
            spread(crew, (partial(self._group, group, sink) for group in _groups(small)))
        with Crew(_WORKERS) as parts, Crew(_FILES) as crew:
            fetch = partial(_fetch, parts)
            spread(
                crew,
                (
                    partial(self._one, wanted, partial(sink.large, wanted, fetch))
                    for wanted in large
                ),
            )

    def _group(self, group: list[W], sink: Sink[W]) -> None:
        revs = [wanted.stored.rev for wanted in group]
        length = sum(wanted.stored.length for wanted in group)
        try:
            data = memoryview(self._origin.many(revs, size=length))
        except (crypto.Tampered, ApiProblem, Lost) as error:
            _raise_if_all_suffer(error)
            self._singly(group, sink)
            return
        at = 0
        for wanted in group:
            end = at + wanted.stored.length
            self._one(wanted, partial(sink.small, wanted, data[at:end]))
            at = end

    def _singly(self, group: list[W], sink: Sink[W]) -> None:
        """One of them cannot be read; the others shall not suffer from it."""
        for wanted in group:
            self._one(wanted, partial(self._alone, wanted, sink))

    def _alone(self, wanted: W, sink: Sink[W]) -> None:
        length = wanted.stored.length
        with closing(self._origin.stretch(wanted.stored.rev, 0, length)) as answer:
            sink.small(wanted, answer.take(length))

    def _one(self, wanted: W, take: Callable[[], None]) -> None:
        try:
            take()
        except crypto.Tampered:
            reason = "what came for it is not what its author sealed; nothing was written"
            self._report.fail(wanted.path, reason, refused=True)
        except NotPlaced as error:
            self._report.fail(wanted.path, str(error))
        except ApiProblem as problem:
            _raise_if_all_suffer(problem)
            self._report.fail(wanted.path, problem.message)
        except Lost as error:
            self._note_lost(error)
            self._report.fail(wanted.path, error.message)
        else:
            self._lost = 0
            self._report.done(1, wanted.stored.size)

    def _note_lost(self, error: Lost) -> None:
        """A broken file at the server breaks its connection; a server that is gone, all."""
        with self._lock:
            self._lost += 1
        if self._lost >= _LOST_MOST:
            raise error


def _fetch(parts: Crew, ranges: Ranges) -> None:
    spread(parts, (partial(ranges.fetch, part) for part in ranges.parts))
    ranges.finish()


def _raise_if_all_suffer(error: Exception) -> None:
    if isinstance(error, ApiProblem) and error.exit_code != SOME_FAILED:
        raise error


def _groups(files: Iterable[W]) -> Iterator[list[W]]:
    group: list[W] = []
    held = 0
    for wanted in files:
        if group and (len(group) == _REVISIONS or held + wanted.stored.length > _BYTES):
            yield group
            group, held = [], 0
        group.append(wanted)
        held += wanted.stored.length
    if group:
        yield group
