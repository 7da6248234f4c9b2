"""Changes of one node: a new record, into the trash, out of it again."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import Account
from commonkeep.errors import Malformed, NotFound
from storage.errors import InTrash, NameTaken, NotInTrash, RecordStale
from storage.models import Drive, Node
from storage.record import Record
from storage.services import ancestry, drives
from storage.services.records import Authors
from storage.wire import node_json


def change(account: Account, node_id: UUID, record: Record, *, rev: UUID | None) -> Node:
    """Rename, move, or go back to an older revision: whatever the new record says.

    `rev` is the revision that the record names, null for a folder. A repetition changes nothing.
    """
    Authors(account).require(record)
    with drives.locked(account.pk) as drive:
        node = _require(drive, node_id)
        if record.is_kept_in(node) and node.current_id == rev:
            return node
        if node.trashed_at:
            raise InTrash
        _require_successor(node, record)
        _require_own_revision(node, rev)
        return place(drive, node, record, rev=rev)


def trash(account: Account, node_id: UUID) -> Node:
    """Put it into the trash; what lies below goes along, hidden through it."""
    with drives.locked(account.pk) as drive:
        node = _require(drive, node_id)
        if node.trashed_at is None:
            _set_trashed(drive, node, timezone.now())
        return node


def restore(account: Account, node_id: UUID, record: Record | None) -> Node:
    """Take it out of the trash, to where it was or to where `record` puts it.

    Raises `NameTaken` or `ParentGone` when it cannot lie where it was; the client then signs a
    record with another name or parent.
    """
    if record is not None:
        Authors(account).require(record)
    with drives.locked(account.pk) as drive:
        node = _require(drive, node_id)
        if node.trashed_at is None:
            if record is None or record.is_kept_in(node):
                return node
            raise NotInTrash
        if record is not None:
            _require_successor(node, record)
        return _take_out(drive, node, record)


def place(drive: Drive, node: Node, record: Record, *, rev: UUID | None) -> Node:
    """Write the record that was checked, if there is room for it where it says."""
    where = ancestry.live_folder(drive.pk, record.parent)
    if record.parent != node.parent_id:
        ancestry.require_move(node, where)
    require_free_name(record.parent, record.tag, but=node.id)
    for name, value in record.columns().items():
        setattr(node, name, value)
    node.parent_id = record.parent
    node.current_id = rev
    node.change = drives.next_change(drive)
    node.save(update_fields=[*record.columns(), "parent", "current", "change"])
    return node


def require_free_name(parent: UUID, tag: bytes, *, but: UUID) -> None:
    """Raise `NameTaken` if a live node other than `but` has that name tag in the folder."""
    holder = Node.objects.filter(parent=parent, tag=tag, trashed_at__isnull=True).exclude(pk=but)
    if found := holder.values_list("pk", flat=True).first():
        raise NameTaken(found)


def _take_out(drive: Drive, node: Node, record: Record | None) -> Node:
    if record is not None:
        place(drive, node, record, rev=node.current_id)
    else:
        assert node.parent_id is not None
        ancestry.live_folder(drive.pk, node.parent_id)
        require_free_name(node.parent_id, bytes(node.tag), but=node.id)
    _set_trashed(drive, node, None)
    return node


def _set_trashed(drive: Drive, node: Node, moment: datetime | None) -> None:
    node.trashed_at = moment
    node.change = drives.next_change(drive)
    node.save(update_fields=["trashed_at", "change"])


def _require(drive: Drive, node_id: UUID) -> Node:
    """The node as it is under the lock."""
    rows = Node.objects.select_related("current").filter(parent__isnull=False, purging=False)
    node = rows.filter(drive=drive, pk=node_id).first()
    if node is None:
        raise NotFound
    return node


def _require_successor(node: Node, record: Record) -> None:
    if record.node != node.id or record.type != node.type:
        raise Malformed(
            fields=[{"field": "record", "fault": "It is the record of something else."}]
        )
    if not record.follows(node):
        raise RecordStale(current=node_json(node))


def _require_own_revision(node: Node, rev: UUID | None) -> None:
    known = rev is not None and node.revisions.filter(pk=rev).exists()
    if rev != node.current_id and not known:
        raise Malformed(fields=[{"field": "rev", "fault": "It is no revision of this node."}])
