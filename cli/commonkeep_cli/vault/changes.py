"""Changes of the tree: every one is a record signed here, taken as the successor of the last."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .. import crypto
from ..api import content, wire
from ..api import tree as addresses
from ..api.content import BatchItem
from ..api.problems import ApiProblem
from ..crypto import FileMeta, FolderMeta, Meta, NodeId, NodeKey, RevId
from ..errors import Failure, Refused, failure_of
from .account import Vault
from .entry import Entry, entry_of
from .reading import check_content, remember
from .tree import entry_at, folder_at

_TRIES = 3


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def new_record(
    vault: Vault, folder: Entry, meta: Meta, *, id: NodeId | None = None, key: NodeKey | None = None
) -> crypto.Node:
    """A signed first record in `folder`, with the id and key the content was sealed under.

    Raises BadInput for a name that cannot be used.
    """
    author = vault.identity
    return crypto.node.create(meta, folder=folder.folder, author=author, id=id, key=key)


def successor_record(vault: Vault, entry: Entry, folder: Entry, meta: Meta) -> crypto.Node:
    """The signed next record of `entry` with other meta, in `folder` (its own or another)."""
    place, author = folder.folder, vault.identity
    if folder.node == entry.parent:
        return crypto.node.update(entry.opened, meta, folder=place, author=author)
    return crypto.node.move(entry.opened, folder=place, author=author, name=meta.name)


def accepted(vault: Vault, sent: crypto.Node, answer: wire.Node) -> Entry:
    """The entry of a record the server took. Raises Refused if it answers with another one."""
    return accepted_all(vault, [(sent, answer)])[0]


def accepted_all(vault: Vault, pairs: Sequence[tuple[crypto.Node, wire.Node]]) -> list[Entry]:
    """Like `accepted` for a whole batch, whose marks are kept together."""
    entries = [_accepted(sent, answer) for sent, answer in pairs]
    remember(vault, entries, {})
    return entries


def _accepted(sent: crypto.Node, answer: wire.Node) -> Entry:
    if answer.record != sent.record:
        raise Refused("The server acknowledged another change than the one that was sent.")
    try:
        check_content(answer, sent)
    except crypto.Tampered as error:
        raise failure_of(error) from None
    return entry_of(sent, trashed_at=answer.trashed_at)


def mkdir(vault: Vault, folder: Entry, name: str) -> Entry:
    """A new folder. Raises ApiProblem `name-taken`, BadInput for the name."""
    sent = new_record(vault, folder, FolderMeta(name=name, mtime=now()))
    content.batch(vault.api, [BatchItem(sent.record)])
    entry = entry_of(sent)
    remember(vault, [entry], {})
    return entry


def move(vault: Vault, entry: Entry, into: Entry, *, name: str | None = None) -> Entry:
    """The entry in another folder, or under another name, or both; what is below it comes along.

    Raises ApiProblem `name-taken`, `cycle`, `parent-gone`, `too-deep`; BadInput for the name.
    """

    def moved(current: Entry) -> crypto.Node:
        opened, author = current.opened, vault.identity
        return crypto.node.move(opened, folder=into.folder, author=author, name=name)

    return _changed(vault, entry, moved)


def _changed(vault: Vault, entry: Entry, change: Callable[[Entry], crypto.Node]) -> Entry:
    """Send a change; if another device was faster, read what it did and change that."""
    for _ in range(_TRIES):
        sent = change(entry)
        rev = sent.meta.rev if isinstance(sent.meta, FileMeta) else None
        try:
            return accepted(vault, sent, addresses.put(vault.api, sent.record, rev))
        except ApiProblem as problem:
            if problem.code != "record-stale":
                raise
        entry = entry_at(vault, entry.node)
    raise Failure("Another device keeps changing this at the same time.", hint="Try again.")


def trash(vault: Vault, entry: Entry) -> None:
    """Put it into the trash with all that is below it."""
    _ = entry.opened
    addresses.trash(vault.api, entry.node)


def remove(vault: Vault, entry: Entry) -> None:
    """Remove what lies in the trash, for good."""
    addresses.remove(vault.api, entry.node)


def restore(
    vault: Vault, entry: Entry, *, into: Entry | None = None, name: str | None = None
) -> Entry:
    """Take it out of the trash, to where it was or into another folder, or under another name.

    Raises ApiProblem `name-taken` and `parent-gone`, which another name or folder settles.
    """
    if into is None and name is None:
        addresses.restore(vault.api, entry.node, None)
        return entry
    opened, author = entry.opened, vault.identity
    folder = into or folder_at(vault, opened.record.parent)
    sent = crypto.node.move(opened, folder=folder.folder, author=author, name=name)
    return accepted(vault, sent, addresses.restore(vault.api, entry.node, sent.record))


@dataclass(frozen=True, slots=True)
class Version:
    """A kept content of a file; `created_at` (milliseconds) is the server's word."""

    meta: FileMeta
    created_at: int
    current: bool

    @property
    def rev(self) -> RevId:
        return self.meta.rev


def versions(vault: Vault, entry: Entry) -> list[Version]:
    """The kept versions of a file, newest first, each behind its own signed record."""
    _ = entry.file
    found = [one for page in addresses.revisions(vault.api, entry.node) for one in page]
    if len({one.rev for one in found}) != len(found):
        raise Refused("The server lists a version twice.")
    return [_version(vault, entry, one) for one in found]


def _version(vault: Vault, entry: Entry, found: wire.Revision) -> Version:
    opened = entry.opened
    try:
        old = crypto.node.open_old(found.record, current=opened, authors=vault.authors)
        check_content(wire.Node(found.record, found.rev, found.size, 0, None), old)
    except crypto.Tampered as error:
        raise failure_of(error) from None
    if not isinstance(old.meta, FileMeta):
        raise Refused("The server lists a folder as the version of a file.")
    return Version(old.meta, found.created_at, found.rev == entry.rev)


def restore_version(vault: Vault, entry: Entry, version: Version) -> Entry:
    """Make a kept version the current one: a new record under the present name; no byte moves."""

    def restored(current: Entry) -> crypto.Node:
        was, folder = version.meta, folder_at(vault, current.opened.record.parent)
        meta = FileMeta(current.name, was.mime, was.mtime, was.rev, was.size, was.root)
        return successor_record(vault, current, folder, meta)

    return _changed(vault, entry, restored)
