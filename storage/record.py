"""A signed record as a value: what arrives, what rows keep, and what its signature covers.

Field names and lengths are those of docs/format.md, "Node records".
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commonkeep.format import u8, u32, u64
from storage.models import Node, Revision, SignedRecord


@dataclass(frozen=True, slots=True)
class Record:
    """A record, not necessarily a valid one; ids, bytes and numbers as they arrived."""

    node: UUID
    parent: UUID
    type: int
    gen: int
    ver: int
    key_box: bytes
    meta_box: bytes
    tag: bytes
    author: UUID
    author_gen: int
    sig: bytes

    def columns(self) -> dict[str, Any]:
        """For the rows that keep a record; node and parent are relations there."""
        return {
            "type": self.type,
            "gen": self.gen,
            "ver": self.ver,
            "key_box": self.key_box,
            "meta_box": self.meta_box,
            "tag": self.tag,
            "author": self.author,
            "author_gen": self.author_gen,
            "sig": self.sig,
        }

    def signed_fields(self) -> tuple[bytes, ...]:
        """What the author signs, under the label "node"."""
        return (
            self.node.bytes,
            self.parent.bytes,
            u8(self.type),
            u32(self.gen),
            u64(self.ver),
            hashlib.sha256(self.key_box).digest(),
            hashlib.sha256(self.meta_box).digest(),
            self.tag,
            self.author.bytes,
            u32(self.author_gen),
        )

    def is_kept_in(self, row: SignedRecord | None) -> bool:
        """Whether `row` holds just this record: then the request is a repetition."""
        return row is not None and bytes(row.sig) == self.sig and row.ver == self.ver

    def follows(self, row: Node) -> bool:
        """The same key and the next version, or the next key with it."""
        return self.ver == row.ver + 1 and self.gen in (row.gen, row.gen + 1)


def of_node(row: Node) -> Record:
    assert row.parent_id is not None, "the root has no record"
    return _of(row, row.id, row.parent_id)


def of_revision(row: Revision) -> Record:
    return _of(row, row.node_id, row.parent_id)


def _of(row: SignedRecord, node: UUID, parent: UUID) -> Record:
    return Record(
        node=node,
        parent=parent,
        type=row.type,
        gen=row.gen,
        ver=row.ver,
        key_box=bytes(row.key_box),
        meta_box=bytes(row.meta_box),
        tag=bytes(row.tag),
        author=row.author,
        author_gen=row.author_gen,
        sig=bytes(row.sig),
    )
