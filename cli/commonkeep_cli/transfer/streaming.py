"""Putting a stream whose end nobody knows, such as standard input.

It can be read only once, so it is not continued after a crash; it begins anew, as another
revision. The memory it takes does not depend on its length.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import BinaryIO, Final

from .. import crypto
from ..api import content
from ..crypto import segments
from ..errors import Failure
from ..vault.changes import now
from .completing import complete
from .crew import Crew, spread
from .plan import Job, mime
from .sending import Sending
from .small import MOST, Content, seal_content

_WORKERS: Final = 3


@dataclass
class Stream:
    """One stream on its way to the name of `job`, whose `found` is not looked at."""

    sending: Sending
    job: Job
    source: BinaryIO

    def send(self) -> crypto.Node:
        """Send it to the end: the file it became. Raises Failure, BadInput, OSError."""
        head = _read(self.source, MOST + 1)
        if len(head) <= MOST:
            return self._send_small(head)
        return self._send_large(head)

    def _send_small(self, data: bytes) -> crypto.Node:
        made = Content(data, now())
        node, item = seal_content(self.job, made, author=self.sending.vault.identity)
        content.batch(self.sending.vault.api, [item])
        self._done(node, len(data))
        return node

    def _send_large(self, head: bytes) -> crypto.Node:
        api, existing = self.sending.vault.api, self.job.existing
        id = crypto.node.new_id() if existing is None else existing.node
        key = crypto.NodeKey.random() if existing is None else existing.key
        rev = crypto.RevId(crypto.random_id())
        folder = self.job.spot.folder.id
        upload = content.start(api, node=id, rev=rev, parent=folder, size=None)
        sealer = crypto.ContentSealer(crypto.content_key(key), node=id, rev=rev)
        parts = _Parts(sealer, self.source, head, upload.part_size)
        try:
            with Crew(_WORKERS) as crew:
                spread(crew, (partial(self._send_part, rev, *part) for part in parts))
            node = complete(self.sending, self.job, self._meta(rev, parts), id=id, key=key)
        except BaseException:
            # A stream cannot be continued, so its room is given back, after Ctrl-C too.
            with suppress(Failure):
                content.cancel(api, rev)
            raise
        self._done(node, parts.size)
        return node

    def _send_part(self, rev: crypto.RevId, number: int, stored: bytearray) -> None:
        digest = hashlib.sha256(stored).digest()
        content.put_part(self.sending.vault.api, rev, number, stored, sha256=digest)
        self.sending.report.moved(len(stored))

    def _meta(self, rev: crypto.RevId, parts: _Parts) -> crypto.FileMeta:
        return crypto.FileMeta(
            name=self.job.name,
            mime=mime(self.job.name),
            mtime=now(),
            rev=rev,
            size=parts.size,
            root=parts.root,
        )

    def _done(self, node: crypto.Node, size: int) -> None:
        self.sending.vault.marks.keep([(node.id, node.record.mark)])
        self.sending.report.done(1, size)


class _Parts:
    """The stored form of a stream, in parts; afterwards its lengths and its root."""

    def __init__(
        self, sealer: crypto.ContentSealer, source: BinaryIO, head: bytes, part_size: int
    ) -> None:
        self._sealer = sealer
        self._chunks = chain([head], _chunks(source))
        self._part_size = part_size
        self._hasher = crypto.RootHasher(sealer.header)
        self.length = 0

    @property
    def size(self) -> int:
        return segments.size_from_ct_len(self.length)

    @property
    def root(self) -> bytes:
        return self._hasher.digest()

    def __iter__(self) -> Iterator[tuple[int, bytearray]]:
        number, part = 0, bytearray()
        for index, stored in enumerate(crypto.seal_stream(self._sealer, self._chunks)):
            self._hasher.add(crypto.segment_hash(index, stored))
            self.length += len(stored)
            part += stored
            if len(part) == self._part_size:
                yield number, part
                number, part = number + 1, bytearray()
        if part:
            yield number, part


def _read(source: BinaryIO, size: int) -> bytes:
    """So many bytes, or all there are; a pipe may give them in small pieces."""
    data = bytearray()
    while len(data) < size and (piece := source.read(size - len(data))):
        data += piece
    return bytes(data)


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while piece := source.read(segments.SEGMENT):
        yield piece
