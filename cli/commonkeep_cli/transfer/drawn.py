"""What is drawn at random for one upload and must stay the same while it is continued."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field

from .. import crypto


@dataclass(frozen=True, slots=True)
class Drawn:
    """Node, key, revision and header of an upload, and the secret that keys its fingerprints."""

    node: crypto.NodeId
    key: crypto.NodeKey = field(repr=False)
    rev: crypto.RevId
    header: bytes
    secret: bytes = field(repr=False)
    parent: crypto.NodeId
    size: int
    mtime_ns: int

    def to_bytes(self) -> bytes:
        ids = {"node": self.node, "rev": self.rev, "parent": self.parent, "header": self.header}
        named = ids | {"key": self.key.raw, "secret": self.secret}
        numbers = {"size": self.size, "mtime_ns": self.mtime_ns}
        return json.dumps({**{n: v.hex() for n, v in named.items()}, **numbers}).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Drawn:
        found = json.loads(data)
        return cls(
            node=crypto.NodeId(bytes.fromhex(found["node"])),
            key=crypto.NodeKey(bytes.fromhex(found["key"])),
            rev=crypto.RevId(bytes.fromhex(found["rev"])),
            header=bytes.fromhex(found["header"]),
            secret=bytes.fromhex(found["secret"]),
            parent=crypto.NodeId(bytes.fromhex(found["parent"])),
            size=found["size"],
            mtime_ns=found["mtime_ns"],
        )


def draw(
    *, node: crypto.NodeId, key: crypto.NodeKey, parent: crypto.NodeId, size: int, mtime_ns: int
) -> Drawn:
    """A new revision, header and fingerprint secret for an upload."""
    return Drawn(
        node=node,
        key=key,
        rev=crypto.RevId(crypto.random_id()),
        header=crypto.stream.new_header(),
        secret=secrets.token_bytes(32),
        parent=parent,
        size=size,
        mtime_ns=mtime_ns,
    )
