"""Files and folders coming into a tree with their records: one by `complete`, many by a batch.

Everything happens under the drive's lock in the caller's transaction. Look-ups are made for all
items at once and rows written together, so that a hundred small files cost few statements.
"""

from dataclasses import dataclass, field
from uuid import UUID

from commonkeep.errors import Malformed, NotFound
from storage.errors import IdTaken, InTrash, NameTaken, RecordStale
from storage.models import Blob, Drive, Extent, Node, Revision
from storage.record import Record
from storage.services import ancestry, blobs, drives, quota, tree
from storage.services.ancestry import Place
from storage.wire import node_json


@dataclass(frozen=True)
class Piece:
    """A stretch of a stored blob, in bytes."""

    blob: Blob
    offset: int
    length: int


@dataclass(frozen=True)
class Item:
    """A record with what it brings; `rev` and `size` are null for folders."""

    record: Record
    rev: UUID | None = None
    size: int | None = None
    thumb: bytes | None = None
    pieces: list[Piece] = field(default_factory=list)


class Placing:
    """Give it all items, `add` each of them in order, then `write` once."""

    def __init__(self, drive: Drive, items: list[Item]) -> None:
        self._drive = drive
        self._nodes = _nodes_of(items)
        self._revisions = Revision.objects.in_bulk([i.rev for i in items if i.rev])
        self._names = _names_of(drive, items)
        self._places: dict[UUID, Place] = {}
        self._new_nodes: list[Node] = []
        self._new_revisions: list[Revision] = []
        self._new_extents: list[Extent] = []
        self._written: set[UUID] = set()
        self.growth = 0

    def add(self, item: Item) -> Node:
        """Check the item and make its rows; one that is there already changes nothing.

        Answers the node as it will be once `write` has returned.
        """
        node = self._nodes.get(item.record.node)
        if node is not None and self._is_repetition(item, node):
            return node
        if item.record.node in self._written:
            raise Malformed(fields=[{"field": "nodes", "fault": "A node stands in it twice."}])
        if item.rev in self._revisions:
            raise IdTaken
        if node is None:
            node = self._create(item)
        else:
            self._replace(node, item)
        self._written.add(node.id)
        if item.rev:
            node.current = self._add_revision(item, item.rev)
        return node

    def write(self, *, reserved: int = 0) -> None:
        """Write what was added and count it, giving back what was reserved for it."""
        Node.objects.bulk_create(self._new_nodes)
        Revision.objects.bulk_create(self._new_revisions)
        Extent.objects.bulk_create(self._new_extents)
        if self.growth or reserved:
            quota.charge(self._drive.pk, self.growth, reserved=reserved)

    def _is_repetition(self, item: Item, node: Node) -> bool:
        if node.drive_id != self._drive.pk or node.purging:
            return False
        if item.rev is None:
            return item.record.is_kept_in(node)
        revision = self._revisions.get(item.rev)
        return (
            revision is not None
            and revision.node_id == node.id
            and item.record.is_kept_in(revision)
        )

    def _create(self, item: Item) -> Node:
        record = item.record
        if record.ver != 1:
            raise NotFound
        place = self._place(record.parent)
        place.require_room()
        self._take_name(record)
        node = Node(
            id=record.node,
            drive=self._drive,
            parent_id=record.parent,
            current_id=item.rev,
            change=drives.next_change(self._drive),
            **record.columns(),
        )
        self._nodes[node.id] = node
        self._new_nodes.append(node)
        self.growth += quota.ROW
        if record.type == 1:
            self._places[node.id] = Place((node.id, *place.above))
        return node

    def _replace(self, node: Node, item: Item) -> None:
        if node.drive_id != self._drive.pk or node.parent_id is None:
            raise IdTaken
        if node.purging:
            raise IdTaken if item.record.ver == 1 else NotFound
        if node.trashed_at:
            raise InTrash
        if item.record.type == node.type and not item.record.follows(node):
            raise RecordStale(current=node_json(node))
        if item.record.type != node.type or item.rev is None:
            raise Malformed(fields=[{"field": "record", "fault": "It is no record of this file."}])
        self._names.pop((node.parent_id, bytes(node.tag)), None)
        self._take_name(item.record)
        tree.place(self._drive, node, item.record, rev=item.rev)

    def _place(self, parent: UUID) -> Place:
        if parent not in self._places:
            self._places[parent] = ancestry.live_folder(self._drive.pk, parent)
        return self._places[parent]

    def _take_name(self, record: Record) -> None:
        name = (record.parent, record.tag)
        if holder := self._names.get(name):
            raise NameTaken(holder)
        self._names[name] = record.node

    def _add_revision(self, item: Item, rev: UUID) -> Revision:
        revision = Revision(
            id=rev,
            node_id=item.record.node,
            parent_id=item.record.parent,
            size=item.size or 0,
            thumb=item.thumb,
            **item.record.columns(),
        )
        self._revisions[rev] = revision
        self._new_revisions.append(revision)
        self._new_extents += [
            Extent(
                revision=revision,
                seq=seq,
                blob=piece.blob,
                offset=piece.offset,
                length=piece.length,
            )
            for seq, piece in enumerate(item.pieces)
        ]
        self.growth += quota.ROW + (item.size or 0) + len(item.thumb or b"")
        return revision


def condemn_unused(received: list[Blob]) -> None:
    """Condemn those that a repetition stored once more and that nothing came to point at."""
    unused = blobs.unused().filter(pk__in=[blob.id for blob in received])
    blobs.condemn(unused.values_list("pk", flat=True))


def _nodes_of(items: list[Item]) -> dict[UUID, Node]:
    """Also other accounts' and those on their way out: their ids are in use."""
    rows = Node.objects.select_related("current")
    return rows.in_bulk([item.record.node for item in items])


def _names_of(drive: Drive, items: list[Item]) -> dict[tuple[UUID, bytes], UUID]:
    """Names in use among those that the items ask for."""
    rows = Node.objects.filter(
        drive=drive,
        parent__in={item.record.parent for item in items},
        tag__in={item.record.tag for item in items},
        trashed_at__isnull=True,
    )
    return {
        (row.parent_id, bytes(row.tag)): row.pk
        for row in rows.only("parent", "tag")
        if row.parent_id is not None
    }
