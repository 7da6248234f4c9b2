"""What is drawn at random for one upload and must stay the same while it is continued."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field

from .. import crypto


@dataclass(frozen=True, slots=True)
class Drawn:
    """Node, key, revision and header of an upload, and the secret that keys its fingerprints.

    `new` says that the upload brings a new node and not another revision of an old one; `size`
    and `mtime_ns` are those of the local file.
    """

    node: crypto.NodeId
    key: crypto.NodeKey = field(repr=False)
    new: bool
    rev: crypto.RevId
    header: bytes
    secret: bytes = field(repr=False)
    size: int
    mtime_ns: int

    def to_bytes(self) -> bytes:
        named = {
            "node": self.node,
            "key": self.key.raw,
            "rev": self.rev,
            "header": self.header,
            "secret": self.secret,
        }
        known = {name: value.hex() for name, value in named.items()}
        plain = {"new": self.new, "size": self.size, "mtime_ns": self.mtime_ns}
        return json.dumps({**known, **plain}).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Drawn:
        """Raises ValueError or KeyError for bytes of another version."""
        found = json.loads(data)
        return cls(
            node=crypto.NodeId(bytes.fromhex(found["node"])),
            key=crypto.NodeKey(bytes.fromhex(found["key"])),
            new=found["new"],
            rev=crypto.RevId(bytes.fromhex(found["rev"])),
            header=bytes.fromhex(found["header"]),
            secret=bytes.fromhex(found["secret"]),
            size=found["size"],
            mtime_ns=found["mtime_ns"],
        )


def draw(*, node: crypto.NodeId, key: crypto.NodeKey, new: bool, size: int, mtime_ns: int) -> Drawn:
    """A new revision, header and fingerprint secret for an upload."""
    return Drawn(
        node=node,
        key=key,
        new=new,
        rev=crypto.RevId(crypto.random_id()),
        header=crypto.stream.new_header(),
        secret=secrets.token_bytes(32),
        size=size,
        mtime_ns=mtime_ns,
    )
