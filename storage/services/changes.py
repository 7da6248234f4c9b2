"""The change feed: what happened to a drive's tree after a given change, in order.

The counter is raised under the drive's lock in the transaction that makes the change, so that no
reader can see a later number before an earlier one.
"""

from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db.models import Q

from storage.errors import ChangesExpired
from storage.models import Drive, Node, Tombstone


@dataclass(frozen=True)
class Change:
    """One of the two: `node` as it is now, or the id of one that was removed for good."""

    change: int
    node: Node | None
    purged: UUID | None


def after(drive: Drive, change: int, *, limit: int) -> tuple[list[Change], bool]:
    """Up to `limit` changes after `change` and until `drive` was read, and whether there are more.

    Nodes and tombstones are read one after the other, without a lock. What is changed in between
    gets a number after the drive's, so the bound keeps a later number from hiding an earlier one.
    """
    span = Q(drive=drive, change__gt=change, change__lte=drive.change)
    nodes = Node.objects.filter(span, parent__isnull=False).select_related("current")
    graves = Tombstone.objects.filter(span)
    found = [
        *map(_of_node, nodes.order_by("change")[: limit + 1]),
        *(Change(g.change, None, g.node) for g in graves.order_by("change")[: limit + 1]),
    ]
    found.sort(key=lambda item: item.change)
    drive.refresh_from_db(fields=["feed_start"])  # tombstones may have gone while they were read
    if change < drive.feed_start:
        raise ChangesExpired
    return list(islice(found, limit)), len(found) > limit


def _of_node(node: Node) -> Change:
    if node.purging:
        return Change(node.change, None, node.id)
    return Change(node.change, node, None)
