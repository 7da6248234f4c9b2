"""The tree as a person knows it: paths, names, folders; and the trash beside it.

`Entry` is what everything takes and gives. Whatever comes from the server went through
`reading`; whatever goes to it is a record signed here.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import crypto
from ..api import tree as addresses
from ..crypto import NodeId
from ..errors import NotFound, Refused
from . import paths
from .account import Vault
from .entry import Entry
from .listings import Listings, opened
from .reading import OnRefused, open_one, open_page, remember


def resolve(vault: Vault, path: str) -> Entry:
    """The file or folder at a path such as /Photos/2024. Raises NotFound, and Usage for no path."""
    entry = vault.root
    for depth, name in enumerate(names := paths.split(path), start=1):
        below = find(vault, entry, name)
        if below is None:
            raise NotFound(f"There is no {paths.join(*names[:depth])} in the account.")
        entry = below
    return entry


def find(vault: Vault, folder: Entry, name: str) -> Entry | None:
    """The live entry of that name in a folder, or None. Raises Failure if it is no folder.

    The server knows no names, so it is asked for the name's tag; what does not match is left.
    """
    tag = crypto.node.name_tag(name, folder=folder.folder)
    for page in addresses.named(vault.api, folder.node, tag):
        matching = [one for one in page if one.record.tag == tag and one.trashed_at is None]
        for entry in open_page(vault, folder, matching):
            # One that was asked for again may have got another name in the meantime.
            if entry.opened.record.tag == tag:
                return entry
    return None


def children(
    vault: Vault, folder: Entry, *, on_refused: OnRefused | None = None
) -> Iterator[Entry]:
    """What lies in a folder, page by page as it comes, in the order of the ids.

    `on_refused` as in `listings.opened`. Many folders are listed sooner by `Listings`.
    """
    pages = addresses.children(vault.api, folder.node)
    return opened(vault, folder, pages, on_refused=on_refused)


def walk(
    vault: Vault, folder: Entry, *, on_refused: OnRefused | None = None
) -> Iterator[tuple[str, Entry]]:
    """Everything below a folder with its path from there ("a/b.txt"), folders before what is in
    them, names in order. `on_refused` as in `children`."""
    stack = [("", folder)]
    with Listings(vault) as listings:
        while stack:
            prefix, entry = stack.pop()
            if entry is not folder:
                yield prefix, entry
            if not entry.is_folder:
                continue
            paths.check_depth(prefix)
            below = listings.of(entry, on_refused)
            stack += [(f"{prefix}/{one.name}".lstrip("/"), one) for one in reversed(below)]


def entry_at(vault: Vault, node: NodeId) -> Entry:
    """The entry of an id, in the trash or not, opened from the root downwards. Raises NotFound."""
    if node == vault.root.node:
        return vault.root
    seen = vault.marks.seen([node])
    found = addresses.node(vault.api, node)
    folder = folder_at(vault, found.record.parent)
    entry = open_one(vault, folder, found, seen.get(node))
    if entry is None:
        raise NotFound("It was moved while this was read.", hint="Try again.")
    remember(vault, [entry], seen)
    return entry


def folder_at(vault: Vault, node: NodeId) -> Entry:
    """The folder of an id; asks the server only for those not yet opened."""
    known = vault.folders.get(node)
    if known is not None or node == vault.root.node:
        return known or vault.root
    return _opened_from_above(vault, node)


def _opened_from_above(vault: Vault, node: NodeId) -> Entry:
    """A folder opens with the key of the one above: climb to one that is known, then come back."""
    climbed: list[NodeId] = []
    while node != vault.root.node and node not in vault.folders:
        if node in climbed or len(climbed) > paths.DEPTH_MAX:
            raise Refused("The server lists a folder inside itself.")
        climbed.append(node)
        node = addresses.node(vault.api, node).record.parent
    entry = vault.folders.get(node, vault.root)
    for below in reversed(climbed):
        entry = entry_at(vault, below)
    return entry


def path_of(vault: Vault, entry: Entry) -> str:
    """Where an entry lies, or lay before it or a folder above it went to the trash."""
    names: list[str] = []
    while entry.parent is not None:
        names.append(entry.name)
        paths.check_depth("/".join(names))
        entry = folder_at(vault, entry.parent)
    return paths.join(*reversed(names))
