"""Making a bundle of an account from a live server: every record read, every byte checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..api import tree as addresses
from ..api.content import Server
from ..api.fields import refuse
from ..api.transport import Api
from ..crypto import FileMeta, NodeId, Tampered, b64url, segments
from ..errors import REFUSED, Failure
from ..local.incoming import Incoming
from ..local.placing import Place, Target
from ..vault import paths, trash, tree
from ..vault.account import Vault
from ..vault.entry import Entry
from .bundle import BLOBS, Bundle, Item, Version, blob_name, version_meta
from .fetch_all import Fetch, FetchAll
from .fetching import Ranges, Stored, open_small
from .get import write_at
from .report import Report

_ACCOUNT_MAX: Final = 2**22


@dataclass(frozen=True, slots=True)
class Kept:
    """A revision that goes into the bundle."""

    stored: Stored
    path: str

    @property
    def place(self) -> Place:
        return (BLOBS, blob_name(self.stored.rev))


@dataclass
class Export:
    """One export; the same again fetches only what is missing."""

    vault: Vault
    report: Report
    bundle: Bundle
    target: Target

    def run(self) -> None:
        """Write the bundle. What is refused is reported; the rest is in it all the same."""
        account = account_of(self.vault.api)
        self.bundle.write_head(account, login=self.vault.login, user=self.vault.user)
        self.target.make_folder((BLOBS,))
        kept: list[Kept] = []
        self.bundle.write_items(self._items(kept))
        missing = [one for one in kept if not self._is_there(one)]
        self.report.expect(len(missing), sum(one.stored.size for one in missing))
        FetchAll(Server(self.vault.api), self.report).run(missing, self)

    def _items(self, kept: list[Kept]) -> Iterator[Item]:
        for path, entry in self._entries():
            if not isinstance(entry.meta, FileMeta):
                self.report.made(1)
                yield _item(entry)
                continue
            kept.append(Kept(Stored.of(entry.node, entry.key, entry.meta), path))
            old = list(self._versions(path, entry))
            kept += [Kept(Stored.of(entry.node, entry.key, meta), path) for _, meta in old]
            yield _item(entry, tuple(version for version, _ in old))

    def _entries(self) -> Iterator[tuple[str, Entry]]:
        yield from self._below("/", self.vault.root)
        for path, entry in trash.listing(self.vault, on_refused=self._leave_out):
            yield path, entry
            if entry.is_folder:
                yield from self._below(path, entry)

    def _below(self, path: str, folder: Entry) -> Iterator[tuple[str, Entry]]:
        for below, entry in tree.walk(self.vault, folder, on_refused=self._leave_out):
            yield paths.join(path, below), entry

    def _leave_out(self, node: NodeId, failure: Failure) -> None:
        self.report.fail(b64url(node), failure.message, refused=failure.exit_code == REFUSED)

    def _versions(self, path: str, entry: Entry) -> Iterator[tuple[Version, FileMeta]]:
        """The kept contents but the current one. A record that never changed has none."""
        if entry.opened.record.ver == 1:
            return
        for page in addresses.revisions(self.vault.api, entry.node):
            for found in page:
                if found.rev == entry.rev:
                    continue
                version = Version(found.record, found.rev, found.size)
                try:
                    yield version, version_meta(version, entry.opened, authors=self.vault.authors)
                except Tampered:
                    reason = "the record of an old version is not what its author signed"
                    self.report.fail(path, reason, refused=True)

    def _is_there(self, kept: Kept) -> bool:
        seen = self.target.look(kept.place)
        if seen is None or seen.st_size != kept.stored.length:
            return False
        self.report.skip()
        return True

    def small(self, wanted: Kept, data: memoryview) -> None:
        """Keep a small revision sealed, once it is seen to open."""
        open_small(wanted.stored, data)
        with Incoming(self.target, wanted.place, token=wanted.stored.rev) as incoming:
            write_at(incoming.fd, data, 0)
            incoming.publish(mtime=0, replace=True)
        self.report.moved(wanted.stored.size)

    def large(self, wanted: Kept, fetch: Fetch) -> None:
        """Keep a large revision sealed; it takes its name once its root is right."""
        with Incoming(self.target, wanted.place, token=wanted.stored.rev) as incoming:
            fd = incoming.fd

            def write(index: int, stored: memoryview, _: memoryview) -> None:
                write_at(fd, stored, index * segments.SEGMENT)

            origin = Server(self.vault.api)
            fetch(Ranges(origin, wanted.stored, write=write, moved=self.report.moved))
            incoming.publish(mtime=0, replace=True, sync=True)


def account_of(api: Api) -> object:
    """The part of GET account/export that opens the account, which comes first.

    The rest lists every node, may be of any length, and is read here node by node anyway.
    """
    begin = b'{"account":'
    data = bytearray()
    with api.octets("GET", "account/export") as answer:
        for chunk in answer.chunks():
            data += chunk
            found = _complete(data, begin)
            if found is not None:
                return found
    raise refuse("account")


def _complete(data: bytearray, begin: bytes) -> object:
    """The value behind `begin`, or None as long as it is not all there."""
    if len(data) > _ACCOUNT_MAX or (len(data) >= len(begin) and not data.startswith(begin)):
        raise refuse("account")
    try:
        text = data[len(begin) :].decode(errors="ignore")
        return json.JSONDecoder().raw_decode(text)[0]
    except ValueError:
        return None


def _item(entry: Entry, versions: tuple[Version, ...] = ()) -> Item:
    meta = entry.meta
    is_file = isinstance(meta, FileMeta)
    return Item(
        record=entry.opened.record,
        rev=meta.rev if isinstance(meta, FileMeta) else None,
        size=segments.ct_len(meta.size) if isinstance(meta, FileMeta) else None,
        trashed_at=entry.trashed_at,
        versions=versions if is_file else (),
    )
