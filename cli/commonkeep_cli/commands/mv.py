"""`mv`: another folder, another name."""

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
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.argument("target")
@dry_run()
def mv(run: Run, sources: tuple[str, ...], target: str, dry_run: bool) -> None:
    """Move or rename files and folders; no byte of content moves.

    Into TARGET if it is a folder, else to that name. Nothing is ever overwritten.
    """
    folder, name = _target(run, target, several=len(sources) > 1)
    moved: list[dict[str, str]] = []
    for source in sources:
        with run.item(source):
            moved.append(_move(run, source, folder, target, name=name, dry_run=dry_run))
    for one in moved:
        verb = "would move" if dry_run else "moved"
        run.say(f"{verb} {shown(one['from'])} to {shown(one['to'])}")
    run.answer(moved=moved, dry_run=dry_run)


def _target(run: Run, target: str, *, several: bool) -> tuple[Entry, str | None]:
    """The folder to move into, and the new name if it is not to be the old one."""
    from ..vault import paths, tree

    names = paths.split(target)
    if not names:
        return run.vault.root, None
    above = tree.resolve(run.vault, paths.join(*names[:-1]))
    existing = tree.find(run.vault, above, names[-1])
    if existing is not None and existing.is_folder:
        return existing, None
    if existing is not None:
        raise Failure(f"{target} is there already.", hint="Nothing is ever overwritten.")
    if several:
        raise Usage(f"{target} is not a folder.", hint="Several things are moved into a folder.")
    if target.endswith("/"):
        raise NotFound(f"There is no {target} in the account.", hint="commonkeep mkdir makes it.")
    return above, names[-1]


def _move(
    run: Run, source: str, folder: Entry, target: str, *, name: str | None, dry_run: bool
) -> dict[str, str]:
    from ..vault import changes, paths, tree

    entry = tree.resolve(run.vault, source)
    old = entry.opened.meta.name
    to = paths.join(target) if name else paths.join(target, old)
    if dry_run:
        if tree.find(run.vault, folder, name or old) is not None:
            raise Failure(f"{to} is there already.")
    else:
        changes.move(run.vault, entry, folder, name=name)
    return {"from": paths.join(source), "to": to}
