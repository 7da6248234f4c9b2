"""`mkdir`: new folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..errors import Failure, NotFound, Usage
from ..screen import shown
from .command import command, dry_run
from .run import Run

if TYPE_CHECKING:
    from ..vault.entry import Entry


@command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-p", "parents", is_flag=True, help="Make the folders above it too; be content.")
@dry_run()
def mkdir(run: Run, paths: tuple[str, ...], parents: bool, dry_run: bool) -> None:
    """Make folders."""
    made: list[str] = []
    for path in paths:
        with run.item(path):
            made += _make(run, path, parents=parents, dry_run=dry_run)
    for path in made:
        run.say(f"{'would make' if dry_run else 'made'} {shown(path)}")
    run.answer(made=made, dry_run=dry_run)


def _make(run: Run, path: str, *, parents: bool, dry_run: bool) -> list[str]:
    """The paths of the folders that were made."""
    from ..vault import paths, tree

    names = paths.split(path)
    if not names:
        raise Usage("The root folder is there already.")
    folder: Entry | None = run.vault.root
    made: list[str] = []
    for depth, name in enumerate(names, start=1):
        here = paths.join(*names[:depth])
        below = None if folder is None else tree.find(run.vault, folder, name)
        if below is not None:
            _check_existing(below, here, last=depth == len(names), parents=parents)
            folder = below
            continue
        if depth < len(names) and not parents:
            raise NotFound(f"There is no {here} in the account.", hint="-p makes it too.")
        folder = None if dry_run or folder is None else _new(run, folder, name)
        made.append(here)
    return made


def _check_existing(entry: Entry, path: str, *, last: bool, parents: bool) -> None:
    if not entry.is_folder:
        raise Failure(f"{path} is a file.")
    if last and not parents:
        raise Failure(f"{path} is there already.")


def _new(run: Run, folder: Entry, name: str) -> Entry:
    from ..vault import changes

    return changes.mkdir(run.vault, folder, name)
