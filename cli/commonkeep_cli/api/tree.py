"""The tree's addresses: one function each. What they return is undecrypted and unchecked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..crypto import NodeId, NodeRecord, RevId, b64url
from . import wire
from .fields import refuse
from .paging import pages
from .transport import Api
from .wire import Drive, Listing, Node, Revision


def drive(api: Api) -> Drive:
    """GET drive."""
    return wire.drive(api.json("GET", "drive"))


def node(api: Api, id: NodeId) -> Node:
    """GET nodes/{node}; what lies in the trash too. Raises Refused for an answer about another."""
    found = wire.node(api.json("GET", f"nodes/{b64url(id)}"))
    if found.record.node != id:
        # Another's record would be held to this one's mark, and could be older than its own.
        raise refuse("node")
    return found


def children(api: Api, folder: NodeId, *, after: str | None = None) -> Iterator[list[Node]]:
    """GET nodes/{node}/children, page by page, in the order of their ids; `after` a cursor."""
    return pages(api, f"nodes/{b64url(folder)}/children", wire.node, after=after)


def many_children(api: Api, folders: Sequence[NodeId]) -> list[Listing]:
    """POST nodes/children: of some of the folders, at least one, their first page.

    Raises Refused for a folder that was not asked for, or listed twice.
    """
    body = {"folders": [b64url(folder) for folder in folders]}
    found = wire.listings(api.json("POST", "nodes/children", body))
    listed = {listing.folder for listing in found}
    if not listed or len(listed) < len(found) or not listed <= set(folders):
        raise refuse("folders")
    return found


def named(api: Api, folder: NodeId, tag: bytes) -> Iterator[list[Node]]:
    """GET nodes/{node}/children?tag=: the live node with that name tag, if there is one."""
    return pages(api, f"nodes/{b64url(folder)}/children", wire.node, tag=b64url(tag))


def put(api: Api, record: NodeRecord, rev: RevId | None) -> Node:
    """PUT nodes/{node}; `rev` is None for folders."""
    body = {"record": record.to_wire(), "rev": None if rev is None else b64url(rev)}
    return wire.node(api.json("PUT", f"nodes/{b64url(record.node)}", body))


def trash(api: Api, id: NodeId) -> Node:
    """POST nodes/{node}/trash."""
    return wire.node(api.json("POST", f"nodes/{b64url(id)}/trash"))


def restore(api: Api, id: NodeId, record: NodeRecord | None) -> Node:
    """POST nodes/{node}/restore."""
    body = {} if record is None else {"record": record.to_wire()}
    return wire.node(api.json("POST", f"nodes/{b64url(id)}/restore", body))


def remove(api: Api, id: NodeId) -> None:
    """DELETE nodes/{node}: for good; it must lie in the trash."""
    api.json("DELETE", f"nodes/{b64url(id)}")


def trashed(api: Api) -> Iterator[list[Node]]:
    """GET trash, page by page."""
    return pages(api, "trash", wire.node)


def empty_trash(api: Api) -> None:
    """DELETE trash."""
    api.json("DELETE", "trash")


def revisions(api: Api, id: NodeId) -> Iterator[list[Revision]]:
    """GET nodes/{node}/revisions, newest first."""
    return pages(api, f"nodes/{b64url(id)}/revisions", wire.revision)
