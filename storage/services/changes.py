"""The change feed: what happened to a drive's tree after a given change, in order.

The counter is raised under the drive's lock in the transaction that makes the change, so that no
reader can see a later number before an earlier one.
"""

from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from storage.errors import ChangesExpired
from storage.models import Drive, Node, Tombstone


@dataclass(frozen=True)
class Change:
    """One of the two: `node` as it is now, or the id of one that was removed for good."""

    change: int
    node: Node | None
    purged: UUID | None


def after(drive: Drive, change: int, *, limit: int) -> tuple[list[Change], bool]:
    """Up to `limit` changes after `change`, and whether there are more."""
    if change < drive.feed_start:
        raise ChangesExpired
    nodes = Node.objects.filter(drive=drive, change__gt=change, parent__isnull=False)
    graves = Tombstone.objects.filter(drive=drive, change__gt=change)
    found = [
        *map(_of_node, nodes.select_related("current").order_by("change")[: limit + 1]),
        *(Change(g.change, None, g.node) for g in graves.order_by("change")[: limit + 1]),
    ]
    found.sort(key=lambda item: item.change)
    return list(islice(found, limit)), len(found) > limit


def _of_node(node: Node) -> Change:
    if node.purging:
        return Change(node.change, None, node.id)
    return Change(node.change, node, None)
