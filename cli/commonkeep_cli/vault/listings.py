"""Listing folders ahead of their turn and many at a time: a tree of many small folders would else
cost a round trip each.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ..api import tree as addresses
from ..api import wire
from ..api.problems import ApiProblem
from ..crypto import NodeId
from ..errors import Failure, Refused
from .account import Vault
from .entry import Entry
from .reading import OnRefused, open_page

MOST_FOLDERS: Final = 100
"""In one request."""

_REQUESTS: Final = 2
"""Under way at once; while they are, the next lot gathers."""


@dataclass(frozen=True, slots=True)
class _Listing:
    entries: list[Entry]
    refused: list[tuple[NodeId, Failure]]


_AHEAD: Final = 2000
"""Listings held for later; what is not among them costs a request of its own."""

Next = Callable[[Entry, list[Entry]], Iterable[Entry]]
"""Of what lies in a folder, that which will be asked for too."""


class Listings:
    """What lies in folders; a context manager, safe to use from several threads.

    Whatever is listed, `next` says which folders in it are wanted as well: all of them, if
    nothing else is given.
    """

    def __init__(self, vault: Vault, *, next: Next = lambda _, below: below) -> None:
        self._vault = vault
        self._next = next
        self._pool = ThreadPoolExecutor(_REQUESTS, thread_name_prefix="listing")
        self._lock = threading.Lock()
        self._waiting: list[Entry] = []
        self._coming: dict[NodeId, Future[_Listing]] = {}
        self._running = 0
        self._closed = False

    def __enter__(self) -> Listings:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
            self._waiting.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _expect(self, entries: Iterable[Entry]) -> None:
        with self._lock:
            fresh = [e for e in entries if e.is_folder and e.node not in self._coming]
            self._coming.update((entry.node, Future()) for entry in fresh)
            # The last comes first: who goes down a tree wants the deepest next.
            self._waiting.extend(reversed(fresh))
            while self._waiting and self._running < _REQUESTS:
                self._running += 1
                self._pool.submit(self._work)

    def of(self, folder: Entry, on_refused: OnRefused | None = None) -> list[Entry]:
        """All that lies in a folder, sorted by name.

        A record that fails a check is told to `on_refused` and left out, or raises Refused.
        """
        listing = self._listing(folder)
        for node, failure in listing.refused:
            if on_refused is None:
                raise failure
            on_refused(node, failure)
        return listing.entries

    def _listing(self, folder: Entry) -> _Listing:
        if self._closed:  # whoever looks again later wants it as it is then
            return self._read(folder, addresses.children(self._vault.api, folder.node))
        self._expect([folder])
        listing = self._coming[folder.node].result()
        with self._lock:
            self._coming.pop(folder.node, None)
        return listing

    def _work(self) -> None:
        while lot := self._next_lot():
            try:
                answered = self._fetch({one.node: one for one in lot})
            except Exception as error:  # noqa: BLE001  # it is raised where the listing is asked for
                for one in lot:
                    self._coming[one.node].set_exception(error)
                continue
            with self._lock:
                self._waiting += [one for one in reversed(lot) if one.node not in answered]

    def _next_lot(self) -> list[Entry]:
        with self._lock:
            lot = [self._waiting.pop() for _ in range(min(len(self._waiting), MOST_FOLDERS))]
            if not lot:
                self._running -= 1
            return lot

    def _fetch(self, lot: dict[NodeId, Entry]) -> set[NodeId]:
        """Have some of the lot listed, at least one, and say which."""
        api = self._vault.api
        try:
            found = addresses.many_children(api, list(lot))
        except ApiProblem as problem:
            if problem.code != "not-found":
                raise
            # One of them went meanwhile; it alone is to fail.
            for folder in lot.values():
                self._open(folder, addresses.children(api, folder.node))
            return set(lot)
        for listing in found:
            rest = (
                ()
                if listing.next is None
                else addresses.children(api, listing.folder, after=listing.next)
            )
            self._open(lot[listing.folder], chain([listing.items], rest))
        return {listing.folder for listing in found}

    def _open(self, folder: Entry, pages: Iterable[list[wire.Node]]) -> None:
        future = self._coming[folder.node]
        try:
            listing = self._read(folder, pages)
        except Exception as error:  # noqa: BLE001  # it is raised where the listing is asked for
            future.set_exception(error)
            return
        if len(self._coming) < _AHEAD and not self._closed:
            self._expect(self._next(folder, listing.entries))
        future.set_result(listing)

    def _read(self, folder: Entry, pages: Iterable[list[wire.Node]]) -> _Listing:
        refused: list[tuple[NodeId, Failure]] = []
        found = opened(self._vault, folder, pages, on_refused=lambda *one: refused.append(one))
        return _Listing(sorted(found, key=lambda entry: entry.name), refused)


def opened(
    vault: Vault,
    folder: Entry,
    pages: Iterable[list[wire.Node]],
    *,
    on_refused: OnRefused | None = None,
) -> Iterator[Entry]:
    """The live entries of a folder's pages, as they come.

    A record that fails a check is told to `on_refused(node, failure)` and left out; without
    `on_refused` it raises Refused. A listing that repeats a node, or a name in one page, always
    does; between two pages another device may have renamed things.
    """
    last = b""
    for page in pages:
        last = _check_order(page, last)
        live = [found for found in page if found.trashed_at is None]
        yield from open_page(vault, folder, live, on_refused=on_refused)


def _check_order(page: list[wire.Node], last: bytes) -> bytes:
    """The last id of a page, if its ids ascend from `last` and no name is in it twice."""
    for found in page:
        if found.record.node <= last:
            raise Refused("The server lists something twice in one folder.")
        last = found.record.node
    if len({found.record.tag for found in page}) != len(page):
        raise Refused("The server lists two things of one name in one folder.")
    return last
