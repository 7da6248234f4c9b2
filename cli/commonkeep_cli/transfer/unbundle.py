"""Opening a bundle without any server: the same checks, the same safe placing as a get."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import crypto
from ..local.placing import Target
from ..vault.entry import Entry, entry_of
from .bundle import BLOBS, Bundle, Head, Item, blob_name
from .get import Get
from .getting import Choice, Chooser
from .report import Report


@dataclass(frozen=True)
class Blobs:
    """Sealed contents from the folder of a bundle."""

    path: Path

    def stretch(self, rev: crypto.RevId, start: int, stop: int) -> _FilePieces:
        """Bytes start:stop of a revision. Raises Tampered if it is not there."""
        return _FilePieces(self.path / BLOBS / blob_name(rev), start, stop)

    def many(self, revs: Sequence[crypto.RevId], *, size: int) -> bytes:
        """Small revisions back to back. Raises Tampered for any other length together."""
        data = b"".join(self._whole(rev) for rev in revs)
        if len(data) != size:
            raise crypto.Tampered
        return data

    def tree(self, rev: crypto.RevId, *, segments: int) -> bytes:
        """There is no list of hashes in a bundle; what is interrupted begins anew."""
        raise crypto.Tampered

    def _whole(self, rev: crypto.RevId) -> bytes:
        try:
            with open(self.path / BLOBS / blob_name(rev), "rb") as file:
                return file.read(crypto.segments.SEGMENT + 1)
        except OSError:
            raise crypto.Tampered from None


class _FilePieces:
    def __init__(self, path: Path, start: int, stop: int) -> None:
        self._left = stop - start
        try:
            self._file = open(path, "rb")  # noqa: SIM115 - closed by `close`
        except OSError:
            raise crypto.Tampered from None
        self._file.seek(start)

    def take(self, length: int) -> memoryview:
        self._left -= length
        data = self._file.read(length)
        if len(data) != length or self._left < 0:
            raise crypto.Tampered
        return memoryview(data)

    def close(self) -> None:
        self._file.close()


class Offline:
    """The tree of a bundle, opened with the account key. Trash is told of, not opened."""

    def __init__(self, bundle: Bundle, head: Head, amk: crypto.AccountKey, report: Report) -> None:
        self._user = head.user
        self._amk = amk
        self._report = report
        self._authors: dict[int, crypto.Author] = {}
        self._below: dict[crypto.NodeId, list[Item]] = defaultdict(list)
        for item in bundle.items(damaged=self._leave_out_line):
            self._below[item.record.parent].append(item)

    def _leave_out_line(self, number: int) -> None:
        self._report.fail(f"records.jsonl, line {number}", "it cannot be read", refused=True)

    @property
    def root(self) -> Entry:
        """The root folder."""
        place = crypto.node.root(self._amk, user=self._user)
        return Entry(node=place.id, parent=None, key=place.key, meta=None, record=None)

    def of(self, folder: Entry) -> list[Entry]:
        """What lies in a folder, sorted by name; what fails a check is reported and left out."""
        return sorted(self._children(folder), key=lambda entry: entry.name)

    def _children(self, folder: Entry) -> Iterator[Entry]:
        for item in self._below.pop(folder.node, []):
            if item.trashed_at is not None:
                self._report.leave_out(item.record.node.hex(), "it lies in the trash")
                continue
            try:
                yield self._open(item, folder)
            except crypto.Tampered:
                reason = "the record of an item in it is not what its author signed"
                self._report.fail(folder.name or "/", reason, refused=True)

    def _open(self, item: Item, folder: Entry) -> Entry:
        author = self._author(item.record.author_gen)
        return entry_of(crypto.node.open(item.record, folder=folder.folder, authors=[author]))

    def _author(self, gen: int) -> crypto.Author:
        if gen not in self._authors:
            identity = crypto.identity.derive(self._amk, user=self._user, gen=gen)
            self._authors[gen] = identity.author
        return self._authors[gen]


def place(bundle: Bundle, tree: Offline, target: Target, report: Report, choice: Choice) -> None:
    """Place everything below the target. What fails is reported."""
    chooser = Chooser(
        listings=tree,
        known=lambda _, __: False,
        report=report,
        target=target,
        choice=choice,
    )
    chooser.add(tree.root, (), "/")
    get = Get(Blobs(bundle.path), report, target)
    get.carry_out(chooser.wishes, made=lambda _: None)
