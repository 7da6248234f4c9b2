"""Getting remote files and folders: verified whole before they take their name."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Final

from .. import crypto
from ..api.problems import ApiProblem
from ..crypto import segments
from ..crypto.segments import DIGEST
from ..local.incoming import Incoming
from ..local.placing import NotPlaced, Target, plain
from ..vault.entry import Entry
from .fetch_all import Fetch, FetchAll
from .fetching import Origin, Ranges, Stored, open_small
from .getting import Wish, Wishes
from .index import Index, Local
from .report import Report
from .sealing import reader

RESUMED: Final = 64 * 2**20
"""Bytes from which on an interrupted file is continued and forced to disk; less starts anew."""


@dataclass(frozen=True)
class Get:
    """One get into one target."""

    origin: Origin
    report: Report
    target: Target
    index: Index | None = None

    def carry_out(self, wishes: Wishes, *, made: Callable[[Wish], None]) -> None:
        """Make the folders, fetch the files, and give the folders their times.

        `made` is told of each folder that was not there before. What concerns one file alone is
        reported; what concerns all is raised.
        """
        self.report.expect(len(wishes.files), sum(wish.stored.size for wish in wishes.files))
        new = [wish for wish in wishes.folders if self._make(wish, made)]
        FetchAll(self.origin, self.report).run(wishes.files, self)
        for wish in reversed(new):
            self.target.set_mtime(wish.place, wish.entry.mtime)

    def _make(self, wish: Wish, made: Callable[[Wish], None]) -> bool:
        try:
            is_new = self.target.make_folder(wish.place)
        except NotPlaced as error:
            self.report.fail(wish.path, str(error))
            return False
        if is_new:
            made(wish)
            self.report.made(1)
        return is_new

    def small(self, wanted: Wish, data: memoryview) -> None:
        """Place a small file. It was verified whole before anything is written."""
        plaintext = open_small(wanted.stored, data)
        with Incoming(self.target, wanted.place, token=wanted.stored.node) as incoming:
            write_at(incoming.fd, memoryview(plaintext), 0)
            self._publish(incoming, wanted, sync=False)
        self.report.moved(len(plaintext))

    def large(self, wanted: Wish, fetch: Fetch) -> None:
        """Place a large file, continuing what an interrupted run left of it."""
        stored, keep = wanted.stored, wanted.stored.size >= RESUMED
        with Incoming(self.target, wanted.place, token=stored.node, keep=keep) as incoming:
            fd = incoming.fd

            def write(index: int, _: memoryview, plaintext: memoryview) -> None:
                write_at(fd, plaintext, segments.plaintext_bounds(index, stored.size)[0])

            ranges = Ranges(self.origin, stored, write=write, moved=self.report.moved)
            if not incoming.is_new:
                hold_left_over(self.origin, stored, ranges, fd)
            fetch(ranges)
            os.ftruncate(fd, stored.size)
            self._publish(incoming, wanted, sync=keep)

    def _publish(self, incoming: Incoming, wish: Wish, *, sync: bool) -> None:
        meta = wish.entry.file
        incoming.publish(mtime=meta.mtime, replace=wish.replace, sync=sync)
        if self.index is not None:
            path = os.path.join(self.target.path, *wish.place)
            local = Local.of(path, os.fstat(incoming.fd))
            self.index.keep([(local, wish.entry.node, meta.rev)])


def write_at(fd: int, data: memoryview, offset: int) -> None:
    """Write all of it at an offset. Raises NotPlaced, for a full disk among others."""
    try:
        while data:
            written = os.pwrite(fd, data, offset)
            data, offset = data[written:], offset + written
    except OSError as error:
        raise NotPlaced(plain(error)) from error


def hold_left_over(origin: Origin, stored: Stored, ranges: Ranges, fd: int) -> None:
    """Find out which segments an interrupted run left whole in the file.

    Each is sealed again, which gives the stored bytes once more, and compared with the server's
    list of hashes, which in turn is held to the signed root. So nothing about the file on disk
    has to be believed, not even after a power failure.
    """
    try:
        header, hashes = _hashes(origin, stored)
    except (crypto.Tampered, ApiProblem):
        return
    key = crypto.content_key(stored.key)
    sealer = crypto.ContentSealer(key, node=stored.node, rev=stored.rev, header=header)
    read, count = reader(fd), segments.segment_count(stored.size)
    plaintext, sealed = (memoryview(bytearray(segments.SEGMENT)) for _ in range(2))
    for index in range(count):
        start, stop = segments.plaintext_bounds(index, stored.size)
        view = plaintext[: stop - start]
        if read(view, start) < len(view):
            return
        length = sealer.seal_into(index, view, sealed, last=index == count - 1)
        digest = crypto.segment_hash(index, sealed[:length])
        if digest == hashes[index * DIGEST : (index + 1) * DIGEST]:
            ranges.hold(index, digest)


def _hashes(origin: Origin, stored: Stored) -> tuple[bytes, bytes]:
    with closing(origin.stretch(stored.rev, 0, segments.HEADER)) as answer:
        header = bytes(answer.take(segments.HEADER))
    count = segments.segment_count(stored.size)
    hashes = origin.tree(stored.rev, segments=count)
    crypto.HashList(header, hashes, root=stored.root, size=stored.size)
    return header, hashes


def to_stream(origin: Origin, entry: Entry, out: BinaryIO, report: Report) -> None:
    """Write one file to a stream, segment by segment as each is verified.

    Raises Tampered, at the latest at the end: whoever reads the stream must heed the exit code.
    """
    stored = Stored.of(entry.node, entry.key, entry.file)
    report.expect(1, stored.size)
    with closing(origin.stretch(stored.rev, 0, stored.length)) as answer:
        lengths = _lengths(stored.length)
        plaintext = crypto.open_stream(
            crypto.content_key(stored.key),
            (answer.take(length) for length in lengths),
            node=stored.node,
            rev=stored.rev,
            size=stored.size,
            root=stored.root,
        )
        for piece in plaintext:
            out.write(piece)
            report.moved(len(piece))
    out.flush()
    report.done(1, stored.size)


def _lengths(total: int) -> list[int]:
    whole, rest = divmod(total, segments.SEGMENT)
    return [segments.SEGMENT] * whole + ([rest] if rest else [])
