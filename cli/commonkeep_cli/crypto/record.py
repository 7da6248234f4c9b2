"""A node's record as the server keeps it: what is signed, what is sealed, and its hash."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import signature, wire
from .box import BOX_MAX, box_len
from .encoding import U32_MAX, U64_MAX, b64url, bounded, sha256, sized, u8, u32, u64
from .errors import Tampered
from .keys import ID_BYTES, KEY_BYTES, NodeId, NodeType, UserId

KEY_BOX = box_len(KEY_BYTES)
TAG = 16


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest state of a node that this client has seen; `digest` is the record's."""

    gen: int
    ver: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """One version of one node. Raises Tampered for lengths and ranges no record has.

    Nothing in it is to be believed before `node.open` returned.
    """

    node: NodeId
    parent: NodeId
    type: NodeType
    gen: int
    ver: int
    key_box: bytes = field(repr=False)
    meta_box: bytes = field(repr=False)
    tag: bytes = field(repr=False)
    author: UserId
    author_gen: int
    sig: bytes = field(repr=False)

    def __post_init__(self) -> None:
        for value in (self.node, self.parent, self.author):
            sized(value, ID_BYTES)
        for gen in (self.gen, self.author_gen):
            bounded(gen, U32_MAX, least=1)
        bounded(self.type, max(NodeType), least=min(NodeType))
        bounded(self.ver, U64_MAX, least=1)
        sized(self.key_box, KEY_BOX)
        sized(self.tag, TAG)
        sized(self.sig, signature.SIGNATURE)
        if len(self.meta_box) > BOX_MAX:
            raise Tampered

    def signed_fields(self) -> tuple[bytes, ...]:
        """What the author signs, boxes by their SHA-256."""
        return (
            self.node,
            self.parent,
            u8(self.type),
            u32(self.gen),
            u64(self.ver),
            sha256(self.key_box),
            sha256(self.meta_box),
            self.tag,
            self.author,
            u32(self.author_gen),
        )

    @property
    def mark(self) -> Mark:
        """To be kept once the record was opened: generation, version, SHA-256 of what is signed."""
        digest = sha256(signature.message("node", *self.signed_fields()))
        return Mark(self.gen, self.ver, digest)

    def to_wire(self) -> dict[str, object]:
        """The JSON form: integers as such, bytes as base64url."""
        numbers = {
            "type": int(self.type),
            "gen": self.gen,
            "ver": self.ver,
            "author_gen": self.author_gen,
        }
        named = {
            "node": self.node,
            "parent": self.parent,
            "key_box": self.key_box,
            "meta_box": self.meta_box,
            "tag": self.tag,
            "author": self.author,
            "sig": self.sig,
        }
        return {**numbers, **{name: b64url(value) for name, value in named.items()}}

    @classmethod
    def from_wire(cls, value: object) -> NodeRecord:
        """Read the JSON form; unknown members are ignored. Raises Tampered."""
        found = wire.members(value)
        return cls(
            node=NodeId(wire.data(found, "node")),
            parent=NodeId(wire.data(found, "parent")),
            type=NodeType(wire.number(found, "type", top=max(NodeType), least=min(NodeType))),
            gen=wire.number(found, "gen", top=U32_MAX),
            ver=wire.number(found, "ver", top=U64_MAX),
            key_box=wire.data(found, "key_box"),
            meta_box=wire.data(found, "meta_box"),
            tag=wire.data(found, "tag"),
            author=UserId(wire.data(found, "author")),
            author_gen=wire.number(found, "author_gen", top=U32_MAX),
            sig=wire.data(found, "sig"),
        )
