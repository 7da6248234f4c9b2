"""From what the server sent to entries: every check, in the order of docs/format.md, every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from .. import crypto
from ..api import tree as addresses
from ..api import wire
from ..crypto import FileMeta, Mark, NodeId, Tampered
from ..errors import Failure, Refused, failure_of
from .account import Vault
from .entry import Entry, entry_of
from .marks import is_older

OnRefused = Callable[[NodeId, Failure], None]


def open_page(
    vault: Vault, folder: Entry, page: Sequence[wire.Node], *, on_refused: OnRefused | None = None
) -> list[Entry]:
    """The entries of nodes found in `folder`; their marks are kept together.

    What fails a check is told to `on_refused`, or raises Refused where that is None.
    """
    seen = vault.marks.seen([found.record.node for found in page])
    entries = list(_opened(vault, folder, page, seen, on_refused))
    remember(vault, entries, seen)
    return entries


def remember(vault: Vault, entries: Sequence[Entry], seen: dict[NodeId, Mark]) -> None:
    """Raise the marks of entries just read or written, and know the folders among them."""
    marks = ((one.node, one.opened.record.mark) for one in entries)
    vault.marks.keep((node, mark) for node, mark in marks if seen.get(node) != mark)
    vault.folders.update((one.node, one) for one in entries if one.is_folder)


def _opened(
    vault: Vault,
    folder: Entry,
    page: Sequence[wire.Node],
    seen: dict[NodeId, Mark],
    on_refused: OnRefused | None,
) -> Iterator[Entry]:
    for found in page:
        node = found.record.node
        try:
            entry = open_one(vault, folder, found, seen.get(node))
        except (Tampered, Refused) as error:
            if on_refused is None:
                raise failure_of(error) from None
            on_refused(node, failure_of(error))
            continue
        if entry is not None:
            yield entry


def open_one(vault: Vault, folder: Entry, found: wire.Node, seen: Mark | None) -> Entry | None:
    """The entry of one node, or None if it left the folder while this was read.

    Raises Tampered for what fails a check, a state behind `seen` among it.
    """
    if is_older(found.record.mark, seen):
        # Another command may have changed it after this answer was made; ask once more. What
        # is older even then is refused below.
        found = addresses.node(vault.api, found.record.node)
        if found.record.parent != folder.node:
            return None
    place = folder.folder
    opened = crypto.node.open(found.record, folder=place, authors=vault.authors, seen=seen)
    check_content(found, opened)
    return entry_of(opened, trashed_at=found.trashed_at)


def check_content(found: wire.Node, opened: crypto.Node) -> None:
    """Raises Tampered unless the server's revision and size are the signed ones."""
    meta = opened.meta
    if not isinstance(meta, FileMeta):
        return
    if found.rev != meta.rev or found.size != crypto.segments.ct_len(meta.size):
        raise Tampered
