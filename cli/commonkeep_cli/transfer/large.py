"""Large files: a promise, parts from several threads, and one request that makes it a file.

The journal is written before each part is sent, so that the same command continues after a
crash of either side, with nothing sealed twice under one header unless it is the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from typing import Final

from .. import crypto
from ..api import content
from ..api.problems import ApiProblem
from ..api.transport import Api
from ..crypto import segments
from ..errors import Refused
from .crew import Crew, spread
from .drawn import Drawn, draw
from .journal import Journal
from .plan import Job
from .sealing import Changed, PartSealer, reader
from .small import open_file, same

WORKERS: Final = 4
_GONE: Final = {"upload-expired", "not-found", "id-taken"}


class Buffers:
    """Part buffers for a number of threads; as many as there are threads, and no more."""

    def __init__(self, count: int) -> None:
        self._free: SimpleQueue[bytearray] = SimpleQueue()
        for _ in range(count):
            self._free.put(bytearray())

    @contextmanager
    def one(self, size: int) -> Iterator[bytearray]:
        """A buffer of at least `size` bytes; waits until one is free."""
        buffer = self._free.get()
        if len(buffer) < size:
            buffer = bytearray(size)
        try:
            yield buffer
        finally:
            self._free.put(buffer)


class LargeFile:
    """One local file on its way."""

    def __init__(
        self,
        api: Api,
        job: Job,
        journal: Journal,
        *,
        crew: Crew,
        buffers: Buffers,
        moved: Callable[[int], None],
    ) -> None:
        self._api = api
        self._job = job
        self._journal = journal
        self._crew = crew
        self._buffers = buffers
        self._moved = moved

    def send(self) -> tuple[Drawn, bytes, os.stat_result]:
        """Send the content: what was drawn for it, its content root, and the file as it was read.

        Afterwards every part is on stable storage at the server. A file that changes meanwhile
        is tried once more. Raises Changed, OSError, and Failure.
        """
        try:
            return self._send()
        except Changed:
            self.forget()
            return self._send()

    def _send(self) -> tuple[Drawn, bytes, os.stat_result]:
        with _opened(self._job.found.path) as fd:
            before = os.fstat(fd)
            drawn, upload = self._promise(before)
            self._send_parts(fd, drawn, upload)
            if not same(before, os.fstat(fd)):
                raise Changed
        root = crypto.content_root(drawn.header, self._journal.hashes())
        return drawn, root, before

    def _promise(self, seen: os.stat_result) -> tuple[Drawn, content.Upload]:
        """Continue the upload of the journal if it is of this file and still held, or begin."""
        drawn = self._journal.drawn
        if drawn is not None and self._continues(drawn, seen):
            upload = self._held(drawn)
            if upload is not None and self._journal.knows_all_of(upload):
                return drawn, upload
        self.forget()
        drawn = self._draw(seen)
        self._journal.begin(drawn)
        upload = self._start(drawn)
        if upload.parts:
            raise Refused("The server says that it holds parts that were never sent.")
        return drawn, upload

    def _held(self, drawn: Drawn) -> content.Upload | None:
        """What the server holds of an upload, or None if it does not know it any more."""
        try:
            return self._start(drawn)
        except ApiProblem as problem:
            if problem.code not in _GONE:
                raise
        return None

    def _continues(self, drawn: Drawn, seen: os.stat_result) -> bool:
        existing = self._job.existing
        right_node = existing is None or (drawn.node, drawn.key) == (existing.node, existing.key)
        same_file = (drawn.size, drawn.mtime_ns) == (seen.st_size, seen.st_mtime_ns)
        return right_node and drawn.new is (existing is None) and same_file

    def _draw(self, seen: os.stat_result) -> Drawn:
        existing = self._job.existing
        return draw(
            node=crypto.node.new_id() if existing is None else existing.node,
            key=crypto.NodeKey.random() if existing is None else existing.key,
            new=existing is None,
            size=seen.st_size,
            mtime_ns=seen.st_mtime_ns,
        )

    def _start(self, drawn: Drawn) -> content.Upload:
        return content.start(
            self._api,
            node=drawn.node,
            rev=drawn.rev,
            parent=self._job.spot.folder.id,
            size=segments.ct_len(drawn.size),
        )

    def forget(self) -> None:
        """Give back the room of an upload that will not be continued."""
        drawn = self._journal.drawn
        if drawn is None:
            return
        try:
            content.cancel(self._api, drawn.rev)
        except ApiProblem as problem:
            if problem.code not in _GONE:
                raise
        self._journal.abandon()

    def _send_parts(self, fd: int, drawn: Drawn, upload: content.Upload) -> None:
        sealer = PartSealer(
            crypto.ContentSealer(
                crypto.content_key(drawn.key), node=drawn.node, rev=drawn.rev, header=drawn.header
            ),
            reader(fd),
            size=drawn.size,
            part_size=upload.part_size,
            secret=drawn.secret,
        )
        send = partial(self._send_part, sealer, upload, drawn.rev)
        spread(self._crew, (partial(send, number) for number in range(sealer.parts)))

    def _send_part(
        self, sealer: PartSealer, upload: content.Upload, rev: crypto.RevId, number: int
    ) -> None:
        if number in upload.parts:
            self._journal.check(number, sealer.print_part(number))
            return
        with self._buffers.one(upload.part_size) as buffer:
            part = sealer.seal(number, buffer)
            self._journal.note(part)
            content.put_part(self._api, rev, number, part.stored, sha256=part.sha256)
        self._moved(len(part.stored))


@contextmanager
def _opened(path: str) -> Iterator[int]:
    """Closed after the block, but not when the whole program is interrupted: its threads may
    still read, and the number of a closed descriptor may mean another file."""
    fd = open_file(path)
    try:
        yield fd
    except Exception:
        os.close(fd)
        raise
    os.close(fd)
