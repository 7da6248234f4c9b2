"""Removing for good: begun in one transaction, carried out in steps, and never taken back.

`Node.purging` marks the top one; from then on no request sees it. Each step takes what has nothing
below it any more, so a crash between two steps leaves a smaller tree and the same mark.
"""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import Account
from commonkeep.errors import NotFound
from commonkeep.queue import enqueue
from storage.errors import NotInTrash
from storage.models import Drive, Extent, Node, Revision, Tombstone
from storage.services import blobs, drives, quota

STEP = 500


def remove(account: Account, node_id: UUID) -> None:
    """Remove a node in the trash, with all below it; once this returns it cannot come back.

    A repetition finds it on its way out, or its tombstone, and changes nothing.
    """
    with drives.locked(account.pk) as drive:
        node = Node.objects.filter(drive=drive, pk=node_id, parent__isnull=False).first()
        if node is None:
            if drive.tombstones.filter(node=node_id).exists():
                return
            raise NotFound
        if node.trashed_at is None:
            raise NotInTrash
        _begin(drive, [node])
    carry_on(account.pk)


def empty_trash(account: Account) -> None:
    """Remove everything that is in the trash now; marked in steps, for there may be much."""
    now = timezone.now()
    while _begin_some(account.pk, now):
        pass
    carry_on(account.pk)


def carry_on(drive_id: UUID) -> None:
    """Remove up to `STEP` nodes of what is marked; the queue, or the sweep, does the rest."""
    with drives.locked(drive_id) as drive:
        left = STEP
        while left > 0 and (nodes := _next(drive)[:left]):
            _delete(drive, nodes)
            _leave_tombstones(drive, nodes)
            left -= len(nodes)
        if left <= 0:
            enqueue("storage.purge", drive_id.hex)


def sweep() -> None:
    """Go on where a step was forgotten."""
    marked = Node.objects.filter(purging=True).values_list("drive", flat=True)
    for drive_id in marked.distinct()[:100]:
        carry_on(drive_id)


def remove_all(drive_id: UUID) -> None:
    """Everything below the root, in or out of the trash: the account has closed, and nobody is
    left to be told."""
    root = Node.objects.get(pk=drive_id)
    while True:
        with drives.locked(drive_id) as drive:
            nodes = _deepest(root)
            if nodes == [root]:
                return
            _delete(drive, nodes)


def drop_revisions(drive: Drive, revisions: list[Revision]) -> None:
    """Delete revisions, give back their room, condemn what nothing points at any more."""
    ids = [revision.id for revision in revisions]
    candidates = set(Extent.objects.filter(revision__in=ids).values_list("blob", flat=True))
    trees = [revision.tree_id for revision in revisions if revision.tree_id]
    freed = sum(r.size + len(r.thumb or b"") + quota.ROW for r in revisions)
    Extent.objects.filter(revision__in=ids).delete()
    Revision.objects.filter(pk__in=ids).delete()
    gone = blobs.unused().filter(pk__in=[*candidates, *trees])
    blobs.condemn(gone.values_list("pk", flat=True))
    quota.refund(drive.pk, freed)


def _begin_some(drive_id: UUID, until: datetime) -> int:
    """Mark up to `STEP` nodes that were in the trash at that time; how many there were."""
    with drives.locked(drive_id) as drive:
        trash = Node.objects.filter(drive=drive, trashed_at__lte=until, purging=False)
        nodes = list(trash.only("id", "purging")[:STEP])
        _begin(drive, nodes)
    return len(nodes)


def _begin(drive: Drive, nodes: list[Node]) -> None:
    """Mark them; the change feed tells of the removal at once."""
    fresh = [node for node in nodes if not node.purging]
    for node in fresh:
        node.purging = True
        node.change = drives.next_change(drive)
    Node.objects.bulk_update(fresh, ["purging", "change"], batch_size=200)


def _next(drive: Drive) -> list[Node]:
    """Marked nodes that can go now: nothing lies below them any more."""
    top = Node.objects.filter(drive=drive, purging=True).first()
    return [] if top is None else _deepest(top)


def _deepest(top: Node) -> list[Node]:
    """Nodes below `top` (or itself) that have nothing below them: about `STEP` where there are as
    many, and of one narrow branch all that hangs beside it too."""
    level, leaves = [top], list[Node]()
    while below := list(Node.objects.filter(parent__in=level).only("id", "parent")[:STEP]):
        if len(below) < STEP:
            parents = {node.parent_id for node in below}
            leaves += [node for node in level if node.id not in parents]
        level = below
    return level + leaves


def _delete(drive: Drive, nodes: list[Node]) -> None:
    rows = Node.objects.filter(pk__in=[node.id for node in nodes])
    rows.update(current=None)
    revisions = Revision.objects.filter(node__in=nodes).only("id", "size", "thumb", "tree")
    while some := list(revisions[:STEP]):
        drop_revisions(drive, some)
    rows.delete()
    quota.refund(drive.pk, quota.ROW * len(nodes))


def _leave_tombstones(drive: Drive, nodes: list[Node]) -> None:
    Tombstone.objects.bulk_create(
        Tombstone(drive=drive, node=node.id, change=drives.next_change(drive)) for node in nodes
    )
