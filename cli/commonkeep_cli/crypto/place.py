"""Where a record hangs and what is in it: folders as places, key boxes, meta boxes, name tags."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from . import box
from .encoding import ctx, kd, pad, u8, u32, u64, unpad
from .keys import KEY_BYTES, NodeId, NodeKey, NodeType
from .meta import Meta, decode, encode
from .record import TAG, NodeRecord


@dataclass(frozen=True, slots=True)
class Folder:
    """A place for records: a folder's id and its key."""

    id: NodeId
    key: NodeKey


@dataclass(frozen=True, slots=True)
class Node:
    """A node whose record was made here or passed every check."""

    record: NodeRecord
    key: NodeKey
    meta: Meta

    @property
    def id(self) -> NodeId:
        return self.record.node

    @property
    def folder(self) -> Folder:
        """This folder as a place. Raises ValueError for a file."""
        if self.record.type is not NodeType.FOLDER:
            raise ValueError("a file holds no records")
        return Folder(self.id, self.key)


def seal_key(key: NodeKey, *, folder: Folder, id: NodeId, kind: NodeType, gen: int) -> bytes:
    """The key box: a node's key under that of its folder."""
    return box.seal(_children_key(folder), key.raw, slot=_key_slot(id, folder.id, kind, gen))


def open_key(record: NodeRecord, *, folder: Folder) -> NodeKey:
    """The key in a record's key box. Raises Tampered."""
    slot = _key_slot(record.node, record.parent, record.type, record.gen)
    raw = box.open_exactly(_children_key(folder), record.key_box, slot=slot, length=KEY_BYTES)
    return NodeKey(raw)


def seal_meta(meta: Meta, *, key: NodeKey, id: NodeId, gen: int, ver: int) -> bytes:
    """The meta box: bound to the version, so that no version shows the meta of another."""
    slot = _meta_slot(id, meta.type, gen, ver)
    return box.seal(_meta_key(key), pad(encode(meta)), slot=slot)


def open_meta(record: NodeRecord, *, key: NodeKey) -> Meta:
    """The meta in a record's meta box. Raises Tampered."""
    slot = _meta_slot(record.node, record.type, record.gen, record.ver)
    return decode(unpad(box.open(_meta_key(key), record.meta_box, slot=slot)), record.type)


def name_tag(name: str, *, folder: Folder) -> bytes:
    """16 bytes: HMAC-SHA256(KD(folder key, "name-tag"), ctx("h/name", folder id, name)), cut."""
    message = ctx("h/name", folder.id, name.encode())
    return hmac.digest(kd(folder.key.raw, "name-tag"), message, hashlib.sha256)[:TAG]


def _children_key(folder: Folder) -> bytes:
    return kd(folder.key.raw, "children")


def _meta_key(key: NodeKey) -> bytes:
    return kd(key.raw, "meta")


def _key_slot(node: NodeId, parent: NodeId, kind: NodeType, gen: int) -> bytes:
    return box.slot("node-key", node, parent, u8(kind), u32(gen))


def _meta_slot(node: NodeId, kind: NodeType, gen: int, ver: int) -> bytes:
    return box.slot("node-meta", node, u8(kind), u32(gen), u64(ver))
