"""Sending large files: two at a time, so that one is completed while the next one flows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from .. import crypto
from ..local.placing import milliseconds
from . import journal
from .completing import complete
from .crew import Crew, spread
from .drawn import Drawn
from .index import Local
from .journal import Journal
from .large import WORKERS, Buffers, LargeFile
from .plan import Job, mime
from .sending import Sending

_FILES: Final = 2


def send(sending: Sending, jobs: Sequence[Job]) -> None:
    """Send large files; what concerns one of them alone is reported."""
    folder = sending.vault.home.path / "journal"
    journal.sweep(folder)
    with Crew(WORKERS) as parts, Crew(_FILES) as files:
        sender = _Sender(sending, parts, Buffers(WORKERS))
        spread(files, (partial(sending.guarded, job, partial(sender.send, job)) for job in jobs))


@dataclass(frozen=True)
class _Sender:
    sending: Sending
    crew: Crew
    buffers: Buffers

    def send(self, job: Job) -> None:
        vault = self.sending.vault
        source = os.path.abspath(job.found.path)
        path = journal.journal_path(vault.home.path / "journal", user=vault.user, source=source)
        with Journal(path, amk=vault.amk) as book:
            file = LargeFile(
                vault.api,
                job,
                book,
                crew=self.crew,
                buffers=self.buffers,
                moved=self.sending.report.moved,
            )
            drawn, root, seen = file.send()
            node = self._complete(job, drawn, root, milliseconds(seen.st_mtime_ns))
            book.remove()
        self.sending.done([(Local.of(job.found.path, seen), node, drawn.rev)])

    def _complete(self, job: Job, drawn: Drawn, root: bytes, mtime: int) -> crypto.Node:
        meta = crypto.FileMeta(
            name=job.name,
            mime=mime(job.name),
            mtime=mtime,
            rev=drawn.rev,
            size=drawn.size,
            root=root,
        )
        return complete(self.sending, job, meta, id=drawn.node, key=drawn.key)
