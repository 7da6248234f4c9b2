"""Reading what files point at: whole revisions, ranges, and lists of segment hashes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from commonkeep.blobs import Missing, Window
from commonkeep.format import SEGMENT
from storage.models import Blob, Extent, Revision
from storage.services import blobs
from storage.services.sources import SegmentHasher

CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Stretch:
    """Bytes `start` to `stop` of a blob, which are the next ones of what is read."""

    blob: Blob
    start: int
    stop: int


class Reading:
    """Contents one after the other, or bytes `start` to `stop` of them; not yet opened."""

    def __init__(self, revisions: list[Revision], start: int = 0, stop: int | None = None) -> None:
        self._revs = [revision.id for revision in revisions]
        self._start = start
        stop = sum(revision.size for revision in revisions) if stop is None else stop
        self.length = stop - start

    def window(self) -> Window | None:
        """The one window that holds it all, where there is one: a server may use sendfile on it."""
        stretches = self._stretches()
        if len(stretches) != 1:
            return None
        try:
            return _open(stretches[0])
        except Missing:
            return _open(self._stretches()[0])

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order, all of them, or `Missing` where the store has lost something."""
        done = 0
        for attempt in range(2):
            try:
                for chunk in self._chunks_from(done):
                    done += len(chunk)
                    yield chunk
                if done < self.length:
                    raise Missing("what pointed at the rest has gone")
                return
            except Missing:
                # Settling may have moved it meanwhile; the extents say where to.
                if attempt:
                    raise

    def _chunks_from(self, done: int) -> Iterator[bytes]:
        for stretch in _clip(self._stretches(), done):
            yield from _drain(_open(stretch))

    def _stretches(self) -> list[Stretch]:
        by_revision: dict[UUID, list[Extent]] = {rev: [] for rev in self._revs}
        rows = Extent.objects.filter(revision__in=by_revision).order_by("seq")
        for extent in rows.select_related("blob"):
            by_revision[extent.revision_id].append(extent)
        whole = [
            Stretch(extent.blob, extent.offset, extent.offset + extent.length)
            for rev in self._revs
            for extent in by_revision[rev]
        ]
        return _upto(_clip(_joined(whole), self._start), self.length)


def segment_count(size: int) -> int:
    return -(-size // SEGMENT)


def begun(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same chunks, the first of them read already: what fails at once can still be answered."""
    first = next(chunks, b"")
    return chain([first], chunks)


def tree(revision: Revision) -> Iterator[bytes]:
    """The list of segment hashes, 32 bytes each: as kept, else made from the content."""
    if revision.tree is not None:
        return _drain(_open(Stretch(revision.tree, 0, revision.tree.size)))
    hasher = SegmentHasher()
    for chunk in Reading([revision]).chunks():
        hasher.update(chunk)
    return iter([hasher.digests()])


def _drain(window: Window) -> Iterator[bytes]:
    try:
        while chunk := window.read(CHUNK):
            yield chunk
    finally:
        window.close()


def _open(stretch: Stretch) -> Window:
    """The whole stretch; a blob that has become shorter is `Missing`, never a shorter answer."""
    window = blobs.store_of(stretch.blob).open(stretch.blob.key, stretch.start, stretch.stop)
    if window.length < stretch.stop - stretch.start:
        window.close()
        raise Missing(stretch.blob.key)
    return window


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """Neighbours in one blob as one stretch: the files of a folder often lie in one pack."""
    joined: list[Stretch] = []
    for stretch in stretches:
        last = joined[-1] if joined else None
        if last and last.blob.pk == stretch.blob.pk and last.stop == stretch.start:
            joined[-1] = Stretch(last.blob, last.start, stretch.stop)
        else:
            joined.append(stretch)
    return joined


def _clip(stretches: list[Stretch], skip: int) -> list[Stretch]:
    """Without the first `skip` bytes."""
    kept = []
    for stretch in stretches:
        length = stretch.stop - stretch.start
        if skip < length:
            kept.append(Stretch(stretch.blob, stretch.start + skip, stretch.stop))
        skip = max(0, skip - length)
    return kept


def _upto(stretches: list[Stretch], length: int) -> list[Stretch]:
    """The first `length` bytes."""
    kept = []
    for stretch in stretches:
        if length > 0:
            stop = min(stretch.stop, stretch.start + length)
            kept.append(Stretch(stretch.blob, stretch.start, stop))
            length -= stop - stretch.start
    return kept
