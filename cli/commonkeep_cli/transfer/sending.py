"""What every way of sending shares: the vault, what failed, and what must be looked at anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

from .. import crypto
from ..api.problems import ApiProblem
from ..errors import SOME_FAILED
from ..local.placing import plain
from ..local.walking import Found
from ..vault import tree
from ..vault.account import Vault
from ..vault.entry import Entry
from .index import Index, Local
from .journal import Busy
from .plan import Job, Spot, equal
from .report import Report
from .sealing import Changed

R = TypeVar("R")

_MET_OTHERS: Final = {"name-taken", "record-stale", "id-taken"}
_CONCERNS_ALL: Final = {"unavailable", "too-fast"}


@dataclass
class Sending:
    """One put under way; used from several threads."""

    vault: Vault
    index: Index
    report: Report
    _again: list[Job] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def listing(self, folder: Entry) -> dict[str, Entry]:
        """What lies in a remote folder now, by name."""
        return {entry.name: entry for entry in tree.children(self.vault, folder)}

    def is_known(self, found: Found, existing: Entry) -> bool:
        """Whether a local file is what lies there already."""
        local = Local(found.path, found.size, found.mtime_ns, found.inode)
        return equal(found, existing) or self.index.is_equal(local, existing)

    def guarded(self, job: Job, call: Callable[[], R]) -> R | None:
        """The result; what concerns this file alone is reported instead, and None returned."""
        try:
            return call()
        except Changed:
            self.report.fail(job.found.path, "it changed while it was read")
        except Busy:
            self.report.fail(job.found.path, "another put is sending it")
        except OSError as error:
            self.report.fail(job.found.path, plain(error))
        except crypto.BadInput as error:
            self.report.fail(job.found.path, str(error))
        except ApiProblem as problem:
            self.refused(job, problem)
        return None

    def refused(self, job: Job, problem: ApiProblem) -> None:
        """Note a file that the server did not take; raises what concerns all files alike."""
        if problem.code in _MET_OTHERS:
            with self._lock:
                self._again.append(job)
            return
        if problem.exit_code != SOME_FAILED or problem.code in _CONCERNS_ALL:
            raise problem
        self.report.fail(job.found.path, problem.message)

    def looked_at_anew(self) -> list[Job]:
        """What others changed while it was sent, compared with what is there now."""
        jobs, self._again = self._again, []
        spots = {id(job.spot): job.spot for job in jobs}
        for spot in spots.values():
            spot.look = partial(self.listing, spot.entry)
            spot.forget()
        return [anew for job in jobs if (anew := self._anew(job)) is not None]

    def _anew(self, job: Job) -> Job | None:
        existing = job.spot.known.get(job.name)
        if existing is not None and existing.is_folder:
            self.report.fail(job.found.path, "a folder of that name is there already")
            return None
        if existing is not None and self.is_known(job.found, existing):
            self.report.skip()
            return None
        return Job(job.found, job.spot, job.name, existing)

    def made(self, spots: Sequence[Spot]) -> None:
        """Folders that the server acknowledged."""
        self.vault.marks.keep(
            (spot.entry.node, spot.entry.record.mark) for spot in spots if spot.entry.record
        )
        self.report.made(len(spots))

    def done(self, files: Sequence[tuple[Local, crypto.Node, crypto.RevId]]) -> None:
        """Files that the server acknowledged."""
        self.vault.marks.keep((node.id, node.record.mark) for _, node, _ in files)
        self.index.keep((local, node.id, rev) for local, node, rev in files)
        self.report.done(len(files), sum(local.size for local, _, _ in files))
