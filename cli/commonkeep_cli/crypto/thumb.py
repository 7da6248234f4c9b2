"""Thumbnails: one box per revision, bound to it so that it cannot show another file."""

from __future__ import annotations

from . import box
from .encoding import kd
from .keys import NodeId, NodeKey, RevId


def seal(key: NodeKey, image: bytes, *, node: NodeId, rev: RevId) -> bytes:
    """The box of an image of at most 1 MiB. Raises ValueError above."""
    return box.seal(_key(key), image, slot=box.slot("thumb", node, rev))


def open(sealed: bytes, key: NodeKey, *, node: NodeId, rev: RevId) -> bytes:
    """The image. Raises Tampered for another file's or another revision's."""
    return box.open(_key(key), sealed, slot=box.slot("thumb", node, rev))


def _key(key: NodeKey) -> bytes:
    return kd(key.raw, "thumb")
