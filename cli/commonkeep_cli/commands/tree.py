"""`tree`: everything below a folder, drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from ..screen import shown
from ..transfer.report import readable
from . import render
from .command import command
from .run import Run

if TYPE_CHECKING:
    from ..vault.entry import Entry


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
    from ..vault.tree import resolve

    top = resolve(run.vault, path)
    root = _Branch(paths.join(path), top, render.document(top))
    count = _Count()
    run.say(shown(root.path))
    _draw(run, root, count)
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


def _draw(run: Run, branch: _Branch, count: _Count) -> None:
    """Draw what is below a branch. Folders lie at most 128 deep, so recursion is safe."""
    if not branch.entry.is_folder:
        return
    below = _below(run, branch)
    branch.document["children"] = [one.document for one in below]
    for index, one in enumerate(below, start=1):
        last = index == len(below)
        count.see(one.entry)
        run.say(f"{branch.indent}{'└── ' if last else '├── '}{render.name(one.entry)}")
        one.indent = branch.indent + ("    " if last else "│   ")
        _draw(run, one, count)


def _below(run: Run, branch: _Branch) -> list[_Branch]:
    from ..vault import paths
    from ..vault.tree import children

    found: list[Entry] = []
    with run.item(branch.path):
        listed = children(run.vault, branch.entry, on_refused=run.refused)
        found = sorted(listed, key=lambda entry: entry.name)
    return [_Branch(paths.join(branch.path, one.name), one, render.document(one)) for one in found]
