"""Small files: read whole, sealed in one segment, sent by the hundred."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import Final

from .. import crypto
from ..api.content import BatchItem
from ..crypto import segments
from ..local.placing import milliseconds
from .plan import Job, mime
from .sealing import Changed

MOST: Final = segments.capacity(0)
"""Plaintext bytes that fit into one segment, and so into a batch."""

_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file as it goes into a batch, and the job it came from."""

    job: Job
    node: crypto.Node
    item: BatchItem
    rev: crypto.RevId
    size: int
    seen: os.stat_result


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes and the time they had, ready to become a revision."""

    data: bytes
    mtime: int


def seal_file(job: Job, *, author: crypto.Identity) -> Sealed:
    """Read and seal a small file. Raises Changed if it changed meanwhile, twice; OSError."""
    data, seen = _read_steady(job.found.path)
    content = Content(data, milliseconds(seen.st_mtime_ns))
    node, item = seal_content(job, content, author=author)
    assert item.rev is not None
    return Sealed(job, node, item, item.rev, len(data), seen)


def seal_content(
    job: Job, content: Content, *, author: crypto.Identity
) -> tuple[crypto.Node, BatchItem]:
    """A new node, or the next version of the existing one, with this content. Raises BadInput."""
    existing = job.existing
    id = crypto.node.new_id() if existing is None else existing.node
    key = crypto.NodeKey.random() if existing is None else existing.key
    rev = crypto.RevId(crypto.random_id())
    sealer = crypto.ContentSealer(crypto.content_key(key), node=id, rev=rev)
    stored = sealer.seal(0, content.data, last=True)
    meta = crypto.FileMeta(
        name=job.name,
        mime=mime(job.name),
        mtime=content.mtime,
        rev=rev,
        size=len(content.data),
        root=crypto.content_root(sealer.header, crypto.segment_hash(0, stored)),
    )
    node = sign(job, meta, id=id, key=key, author=author)
    return node, BatchItem(node.record, rev, stored)


def sign(
    job: Job,
    meta: crypto.FileMeta,
    *,
    id: crypto.NodeId,
    key: crypto.NodeKey,
    author: crypto.Identity,
) -> crypto.Node:
    """The record that brings this content: a new node's first, or the existing one's next."""
    folder = job.spot.folder
    if job.existing is None:
        return crypto.node.create(meta, folder=folder, author=author, id=id, key=key)
    return crypto.node.update(job.existing.opened, meta, folder=folder, author=author)


def open_file(path: str) -> int:
    """A descriptor of a regular file, links not followed. Raises OSError, Changed."""
    fd = os.open(path, _OPEN)
    if stat.S_ISREG(os.fstat(fd).st_mode):
        return fd
    os.close(fd)
    raise Changed


def same(before: os.stat_result, after: os.stat_result) -> bool:
    """Whether a file was left alone between the two."""
    return (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


def _read_steady(path: str) -> tuple[bytes, os.stat_result]:
    try:
        return _read(path)
    except Changed:
        return _read(path)


def _read(path: str) -> tuple[bytes, os.stat_result]:
    fd = open_file(path)
    try:
        before = os.fstat(fd)
        data = os.read(fd, MOST + 1)
        whole = len(data) == before.st_size <= MOST  # it may have grown since it was looked at
        if not whole or not same(before, os.fstat(fd)):
            raise Changed
        return data, before
    finally:
        os.close(fd)
