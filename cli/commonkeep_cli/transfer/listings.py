"""Listing folders a little ahead, so that opening records and waiting for the server overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final

from ..crypto import NodeId
from ..vault.entry import Entry

Children = Callable[[Entry], Iterable[Entry]]

_AHEAD: Final = 4


class Listings:
    """What lies in folders; a context manager. `ahead` says that a folder will be asked for."""

    def __init__(self, children: Children) -> None:
        self._children = children
        self._pool = ThreadPoolExecutor(_AHEAD, thread_name_prefix="list")
        self._coming: dict[NodeId, Future[list[Entry]]] = {}

    def __enter__(self) -> Listings:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def ahead(self, folder: Entry) -> None:
        """Begin to list it."""
        if folder.node not in self._coming:
            self._coming[folder.node] = self._pool.submit(self._list, folder)

    def of(self, folder: Entry) -> list[Entry]:
        """What lies in it. Raises Refused for records that fail a check."""
        coming = self._coming.pop(folder.node, None)
        return self._list(folder) if coming is None else coming.result()

    def by_name(self, folder: Entry) -> dict[str, Entry]:
        """The same by name."""
        return {entry.name: entry for entry in self.of(folder)}

    def _list(self, folder: Entry) -> list[Entry]:
        return list(self._children(folder))
