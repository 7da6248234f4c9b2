"""Files and folders: making, changing and reading their signed records.

Read access is the power to write in symmetric encryption, so a record counts only if an allowed
author signed it, under a key this client had before it asked the server.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import replace

from . import account, place, signature, text
from .errors import Tampered
from .identity import Author, Identity
from .keys import AccountKey, NodeId, NodeKey, NodeType, RevId, UserId, random_id
from .meta import FileMeta, Meta
from .place import Folder, Node, open_key, open_meta, seal_key, seal_meta
from .record import Mark, NodeRecord


def root(amk: AccountKey, *, user: UserId) -> Folder:
    """The invisible root folder of an account."""
    return Folder(account.root_id(user), account.root_key(amk, user=user))


def new_id() -> NodeId:
    """A fresh node id; choose it and `NodeKey.random()` before sealing content for it."""
    return NodeId(random_id())


def create(
    meta: Meta,
    *,
    folder: Folder,
    author: Identity,
    id: NodeId | None = None,
    key: NodeKey | None = None,
) -> Node:
    """A new node, version 1, with the id and key its content was sealed under.

    The name is normalised. Raises BadInput for a name that cannot be used.
    """
    named = _named(meta, meta.name)
    fresh_id, fresh_key = id or new_id(), key or NodeKey.random()
    return _sign(named, id=fresh_id, key=fresh_key, gen=1, ver=1, folder=folder, author=author)


def rename(node: Node, name: str, *, folder: Folder, author: Identity) -> Node:
    """The same node in the same folder under another name. Raises BadInput for the name."""
    return update(node, replace(node.meta, name=name), folder=folder, author=author)


def update(node: Node, meta: Meta, *, folder: Folder, author: Identity) -> Node:
    """The same node with new meta: new content, a restored revision, another time or name.

    Raises BadInput for the name, ValueError for another folder or the meta of another type.
    """
    if folder.id != node.record.parent or meta.type is not node.meta.type:
        raise ValueError("an update keeps the folder and the type")
    return _next(node, _checked(meta, node), folder=folder, author=author)


def move(node: Node, *, folder: Folder, author: Identity, name: str | None = None) -> Node:
    """The same node in another folder, or in its own after that got a new key.

    What is below it stays untouched; the caller keeps a folder from landing below itself.
    """
    meta = replace(node.meta, name=node.meta.name if name is None else name)
    return _next(node, _checked(meta, node), folder=folder, author=author)


def rekey(
    node: Node, *, key: NodeKey, folder: Folder, author: Identity, meta: Meta | None = None
) -> Node:
    """The same node under a new key, one generation on.

    A folder's children must be moved into it again. A file's content must have been sealed anew
    under `key`, and `meta` names it. Raises ValueError for a file that keeps its revision.
    """
    named = _checked(meta or node.meta, node)
    if named.type is not node.meta.type or _rev(named) == _rev(node.meta) is not None:
        raise ValueError("a file with a new key needs new content")
    return _next(replace(node, key=key), named, folder=folder, author=author, generations=1)


def _next(
    node: Node, meta: Meta, *, folder: Folder, author: Identity, generations: int = 0
) -> Node:
    now = node.record
    gen, ver = now.gen + generations, now.ver + 1
    return _sign(meta, id=node.id, key=node.key, gen=gen, ver=ver, folder=folder, author=author)


def _sign(
    meta: Meta, *, id: NodeId, key: NodeKey, gen: int, ver: int, folder: Folder, author: Identity
) -> Node:
    unsigned = NodeRecord(
        node=id,
        parent=folder.id,
        type=meta.type,
        gen=gen,
        ver=ver,
        key_box=seal_key(key, folder=folder, id=id, kind=meta.type, gen=gen),
        meta_box=seal_meta(meta, key=key, id=id, gen=gen, ver=ver),
        tag=place.name_tag(meta.name, folder=folder),
        author=author.author.user,
        author_gen=author.author.gen,
        sig=bytes(signature.SIGNATURE),
    )
    sig = signature.sign(author.signing, "node", *unsigned.signed_fields())
    return Node(replace(unsigned, sig=sig), key, meta)


def open(
    record: NodeRecord,
    *,
    folder: Folder,
    authors: Collection[Author],
    seen: Mark | None = None,
) -> Node:
    """Read a record found in `folder`. Keep `.record.mark` of the result as the next `seen`.

    `authors` are the pinned keys that may write here, `seen` the newest state of this node that
    this device knows. Raises Tampered unless, in this order: an allowed author signed it, it
    names this folder, it is not older than `seen`, its boxes open, its padding and meta are
    exact, and its name tag is that of its name.
    """
    _check_author(record, authors)
    if record.parent != folder.id:
        raise Tampered
    _check_not_older(record, seen)
    key = open_key(record, folder=folder)
    meta = open_meta(record, key=key)
    if not hmac.compare_digest(place.name_tag(meta.name, folder=folder), record.tag):
        raise Tampered
    return Node(record, key, meta)


def open_top(
    record: NodeRecord,
    *,
    id: NodeId,
    kind: NodeType,
    gen: int,
    key: NodeKey,
    authors: Collection[Author],
    seen: Mark | None = None,
) -> Node:
    """Read the record of a node whose key came with a share or a link.

    The folder above it belongs to somebody else, so its parent, key box and name tag cannot be
    checked; everything else is as in `open`. Raises Tampered.
    """
    _check_author(record, authors)
    if (record.node, record.type, record.gen) != (id, kind, gen):
        raise Tampered
    _check_not_older(record, seen)
    return Node(record, key, open_meta(record, key=key))


def open_old(record: NodeRecord, *, current: Node, authors: Collection[Author]) -> Node:
    """Read an earlier record of a node whose newest one is at hand, to show or restore a version.

    For records that a server gives as a revision's, never for a listing. The node may have been
    moved since, out of a folder that is gone, so the parent's key is not needed: the node's own
    key is the same within a generation. Raises Tampered unless an allowed author signed it, it
    is of this node, type and generation and not newer, and its meta is exact.
    """
    now = current.record
    old = open_top(
        record, id=now.node, kind=now.type, gen=now.gen, key=current.key, authors=authors
    )
    if record.ver > now.ver:
        raise Tampered
    return old


def name_tag(name: str, *, folder: Folder) -> bytes:
    """16 bytes that are equal for equal names (after NFC) in one folder, and say no more."""
    return place.name_tag(text.nfc(name), folder=folder)


def _rev(meta: Meta) -> RevId | None:
    return meta.rev if isinstance(meta, FileMeta) else None


def _checked(meta: Meta, node: Node) -> Meta:
    """A name that stays was accepted once, maybe by a program with newer tables than ours."""
    return meta if meta.name == node.meta.name else _named(meta, meta.name)


def _named(meta: Meta, name: str) -> Meta:
    return replace(meta, name=text.new_name(name))


def _check_author(record: NodeRecord, authors: Collection[Author]) -> None:
    """The key is the pinned one of the author the record names, never one that comes with it."""
    for author in authors:
        if (author.user, author.gen) == (record.author, record.author_gen):
            signature.verify(author.ed_pk, record.sig, "node", *record.signed_fields())
            return
    raise Tampered


def _check_not_older(record: NodeRecord, seen: Mark | None) -> None:
    if seen is None:
        return
    if record.gen < seen.gen or record.ver < seen.ver:
        raise Tampered
    if record.ver == seen.ver and record.mark != seen:
        raise Tampered
