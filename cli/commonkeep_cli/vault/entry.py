"""A file or folder whose record passed every check."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..crypto import FileMeta, Folder, Meta, Node, NodeId, NodeKey, NodeRecord, RevId
from ..errors import Failure


@dataclass(frozen=True, slots=True)
class Entry:
    """One node of the tree, opened. The root is one too: without parent, meta and record.

    All but `trashed_at` (milliseconds, the server's word) is covered by the owner's signature.
    """

    node: NodeId
    parent: NodeId | None
    key: NodeKey = field(repr=False)
    meta: Meta | None
    record: NodeRecord | None = field(repr=False)
    trashed_at: int | None = None

    @property
    def is_folder(self) -> bool:
        return not isinstance(self.meta, FileMeta)

    @property
    def name(self) -> str:
        """In NFC, as its author wrote it: escape it before a terminal sees it. Root: ""."""
        return self.meta.name if self.meta is not None else ""

    @property
    def mtime(self) -> int:
        """Milliseconds since 1970."""
        return self.meta.mtime if self.meta is not None else 0

    @property
    def size(self) -> int | None:
        """Bytes of the plaintext; None for folders."""
        return self.meta.size if isinstance(self.meta, FileMeta) else None

    @property
    def rev(self) -> RevId | None:
        """The current content; None for folders."""
        return self.meta.rev if isinstance(self.meta, FileMeta) else None

    @property
    def file(self) -> FileMeta:
        """The meta of a file. Raises Failure for a folder."""
        if isinstance(self.meta, FileMeta):
            return self.meta
        raise Failure(f"{self.name or '/'} is a folder.")

    @property
    def folder(self) -> Folder:
        """The place in which others lie. Raises Failure for a file."""
        if self.is_folder:
            return Folder(self.node, self.key)
        raise Failure(f"{self.name} is a file, not a folder.")

    @property
    def opened(self) -> Node:
        """What the crypto package works with. Raises Failure for the root, which never changes."""
        if self.meta is None or self.record is None:
            raise Failure("The root folder cannot be changed.")
        return Node(self.record, self.key, self.meta)


def entry_of(opened: Node, *, trashed_at: int | None = None) -> Entry:
    """The entry of a node that was opened or made."""
    return Entry(
        node=opened.id,
        parent=opened.record.parent,
        key=opened.key,
        meta=opened.meta,
        record=opened.record,
        trashed_at=trashed_at,
    )
