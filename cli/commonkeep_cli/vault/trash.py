"""The trash: what was put there, opened and with the path it had."""

from __future__ import annotations

from collections.abc import Iterator

from ..api import tree as addresses
from ..crypto import NodeId, Tampered
from ..errors import Failure, Refused, failure_of
from .account import Vault
from .entry import Entry
from .reading import OnRefused, open_page
from .tree import folder_at, path_of


def listing(vault: Vault, *, on_refused: OnRefused) -> Iterator[tuple[str, Entry]]:
    """What lies in the trash with where it was, as the pages come.

    What fails a check is told to `on_refused` and left out. That a thing lies in the trash is
    the server's word.
    """
    seen: set[NodeId] = set()
    for page in addresses.trashed(vault.api):
        for found in page:
            if found.record.node in seen or found.trashed_at is None:
                raise Refused("The server lists the trash in a way it cannot be.")
            seen.add(found.record.node)
            try:
                folder = folder_at(vault, found.record.parent)
                opened = open_page(vault, folder, [found], on_refused=on_refused)
                yield from [(path_of(vault, entry), entry) for entry in opened]
            except (Failure, Tampered) as error:
                on_refused(found.record.node, failure_of(error))
