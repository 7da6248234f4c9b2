"""What lies in many folders, by one query: a tree of small folders costs few requests."""

from dataclasses import dataclass
from uuid import UUID

from storage.models import Node


@dataclass(frozen=True)
class Listing:
    """Live nodes of a folder in the order of their ids; not `whole` if there are more."""

    folder: UUID
    nodes: list[Node]
    whole: bool


def of(folders: list[UUID], *, limit: int) -> list[Listing]:
    """Listings of as many of the folders as fit into `limit` nodes, at least of one.

    They come in the order of the folders' ids. Only the first can be cut, and then it is the
    only one; what did not fit is asked for again.
    """
    ordered = sorted(set(folders))
    rows = Node.objects.filter(parent__in=ordered, trashed_at__isnull=True)
    ordered_rows = rows.select_related("current").order_by("parent", "pk")
    found = list(ordered_rows[: limit + 1])
    if len(found) <= limit:
        return _whole(ordered, found)
    cut = found[limit].parent_id
    assert cut is not None
    fitting = [folder for folder in ordered if folder < cut]
    if fitting:
        return _whole(fitting, found)
    return [Listing(cut, found[:limit], whole=False)]


def _whole(folders: list[UUID], rows: list[Node]) -> list[Listing]:
    by_folder: dict[UUID | None, list[Node]] = {}
    for node in rows:
        by_folder.setdefault(node.parent_id, []).append(node)
    return [Listing(folder, by_folder.get(folder, []), whole=True) for folder in folders]
