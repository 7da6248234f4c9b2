"""`tree`: everything below a folder, drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import click

from ..screen import shown
from ..transfer.report import readable
from . import render
from .command import command
from .run import Run

if TYPE_CHECKING:
    from ..vault.entry import Entry
    from ..vault.listings import Listings


_INDENT: Final = "    "


@dataclass
class _Branch:
    """A folder or file while the tree is read; `document` is its place in the JSON."""

    path: str
    entry: Entry
    document: dict[str, Any] = field(default_factory=dict)
    indent: str = ""


@dataclass
class _Count:
    folders: int = 0
    files: int = 0
    size: int = 0

    def see(self, entry: Entry) -> None:
        self.folders += entry.is_folder
        self.files += not entry.is_folder
        self.size += entry.size or 0


@command()
@click.argument("path", default="/")
def tree(run: Run, path: str) -> None:
    """Draw everything below a folder. PATH is / if left out."""
    from ..vault import paths
    from ..vault.listings import Listings
    from ..vault.tree import resolve

    top = resolve(run.vault, path)
    root = _Branch(paths.join(path), top, render.document(top))
    count = _Count()
    run.say(shown(root.path))
    with Listings(run.vault) as listings:
        _draw(run, root, count, listings)
    folders = render.plural(count.folders, "folder", "folders")
    files = render.plural(count.files, "file", "files")
    run.say(f"\n{folders}, {files}, {readable(count.size)}")
    run.answer(
        path=root.path,
        tree=root.document,
        folders=count.folders,
        files=count.files,
        bytes=count.size,
    )


def _draw(run: Run, branch: _Branch, count: _Count, listings: Listings) -> None:
    """Draw what is below a branch; no deeper than folders can lie, whatever the server says."""
    from ..vault import paths

    if not branch.entry.is_folder:
        return
    paths.check_depth(branch.path)
    below = _below(run, branch, listings)
    branch.document["children"] = [one.document for one in below]
    for index, one in enumerate(below, start=1):
        last = index == len(below)
        count.see(one.entry)
        run.say(f"{branch.indent}{'└── ' if last else '├── '}{render.name(one.entry)}")
        one.indent = branch.indent + (_INDENT if last else "│   ")
        _draw(run, one, count, listings)


def _below(run: Run, branch: _Branch, listings: Listings) -> list[_Branch]:
    from ..vault import paths

    found: list[Entry] = []
    with run.item(branch.path):
        found = listings.of(branch.entry, run.refused)
    return [_Branch(paths.join(branch.path, one.name), one, render.document(one)) for one in found]
