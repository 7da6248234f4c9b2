"""The tree's answers as frozen dataclasses; an answer of another shape raises Refused.

Nothing here is trusted yet: a `Node` holds a record that only `vault.tree` may open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..crypto import NodeId, NodeRecord, NodeType, RevId
from .fields import Fields, refuse

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `next` is the cursor of the one after it, None at the end."""

    items: list[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Node:
    """A file or folder as the server describes it; `size` is that of the ciphertext.

    `rev` and `size` are None exactly for folders. `trashed_at` (milliseconds) and `change` are
    the server's word: no signature covers them.
    """

    record: NodeRecord
    rev: RevId | None
    size: int | None
    change: int
    trashed_at: int | None


@dataclass(frozen=True, slots=True)
class Revision:
    """A kept content of a file; `record` is the one that introduced it. `size`: ciphertext."""

    rev: RevId
    size: int
    created_at: int
    record: NodeRecord
    current: bool


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """What one batch may hold: nodes, bytes of one file, bytes of all content."""

    nodes: int
    file: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Drive:
    """The account's room, in bytes, and the limits of a batch."""

    root: NodeId
    change: int
    used: int
    reserved: int
    ceiling: int
    batch: BatchLimits


@dataclass(frozen=True, slots=True)
class Listing:
    """The first page of a folder; `next` is None where it is all."""

    folder: NodeId
    items: list[Node]
    next: str | None


def page(value: object, item: Callable[[object], T]) -> Page[T]:
    found = Fields.of(value)
    items = [item(one) for one in found.list("items")]
    cursor = found.maybe("next", found.text)
    if cursor is not None and not items:
        raise refuse("next")
    return Page(items, cursor)


def listings(value: object) -> list[Listing]:
    return [_listing(Fields.of(one)) for one in Fields.of(value).list("folders")]


def _listing(found: Fields) -> Listing:
    items = [node(one) for one in found.list("items")]
    cursor = found.maybe("next", found.text)
    if cursor is not None and not items:
        raise refuse("next")
    return Listing(found.node_id("folder"), items, cursor)


def node(value: object) -> Node:
    found = Fields.of(value)
    record = found.record("record")
    decoded = Node(
        record=record,
        rev=found.maybe("rev", found.rev),
        size=found.maybe("size", found.number),
        change=found.number("change"),
        trashed_at=found.maybe("trashed_at", found.number),
    )
    is_folder = record.type is NodeType.FOLDER
    if (decoded.rev is None) is not is_folder or (decoded.size is None) is not is_folder:
        raise refuse("rev")
    return decoded


def revision(value: object) -> Revision:
    found = Fields.of(value)
    return Revision(
        rev=found.rev("rev"),
        size=found.number("size"),
        created_at=found.number("created_at"),
        record=found.record("record"),
        current=found.flag("current"),
    )


def drive(value: object) -> Drive:
    found = Fields.of(value)
    batch = found.inner("batch")
    return Drive(
        root=found.node_id("root"),
        change=found.number("change"),
        used=found.number("used"),
        reserved=found.number("reserved"),
        ceiling=found.number("ceiling"),
        batch=BatchLimits(
            nodes=batch.number("nodes", least=1),
            file=batch.number("file"),
            bytes=batch.number("bytes"),
        ),
    )
