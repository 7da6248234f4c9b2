"""`trash`: what was put there, back or away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..api.problems import ApiProblem
from ..errors import Failure, NotFound, Refused, Usage
from ..screen import shown
from ..transfer.report import readable
from . import render
from .asking import sure
from .command import Group, dry_run
from .run import Run

if TYPE_CHECKING:
    from ..vault.entry import Entry


@click.group(cls=Group)
def trash() -> None:
    """List, restore or empty the trash."""


@trash.command("list")
@click.pass_obj
def listing(run: Run) -> None:
    """List what was put into the trash: when, how large, and where it was."""
    from ..vault import trash as trashed

    items = []
    for path, entry in trashed.listing(run.vault, on_refused=run.refused):
        size = "-" if entry.size is None else readable(entry.size)
        when = render.moment(entry.trashed_at or 0)
        slash = "/" if entry.is_folder else ""
        run.say(f"{size:>{render.SIZE_WIDTH}}  {when}  {shown(path)}{slash}")
        items.append({**render.document(entry), "path": path, "trashed_at": entry.trashed_at})
    if not items:
        run.say("The trash is empty.")
    run.answer(items=items)


@trash.command("restore")
@click.argument("paths", nargs=-1, required=True, metavar="PATH|ID...")
@click.option("--to", metavar="FOLDER", help="Into this folder instead of where it was.")
@click.option("--as", "name", metavar="NAME", help="Under this name instead of the old one.")
@dry_run()
@click.pass_obj
def restore(
    run: Run, paths: tuple[str, ...], to: str | None, name: str | None, dry_run: bool
) -> None:
    """Take things out of the trash again.

    PATH is where it was, as `trash list` shows it; ID its node id, where two were at one path.
    """
    from ..vault import trash as trashed
    from ..vault import tree

    if name is not None and len(paths) > 1:
        raise Usage("--as gives one thing a name.", hint="Restore them one by one.")
    folder = None if to is None else tree.resolve(run.vault, to)
    held = list(trashed.listing(run.vault, on_refused=run.refused))
    restored: list[str] = []
    for path in paths:
        with run.item(path):
            entry = _one(held, path)
            restored.append(_restore(run, entry, folder, name, dry_run=dry_run))
            run.say(f"{'would restore' if dry_run else 'restored'} {shown(restored[-1])}")
    run.answer(restored=restored, dry_run=dry_run)


@trash.command("empty")
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@dry_run()
@click.pass_obj
def empty(run: Run, yes: bool, dry_run: bool) -> None:
    """Remove everything in the trash for good. This cannot be undone."""
    from ..api import tree
    from ..vault import trash as trashed

    count = sum(1 for _ in trashed.listing(run.vault, on_refused=run.refused))
    if run.failed:
        raise Refused("Not all that lies in the trash can be checked, so nothing was removed.")
    things = render.plural(count, "thing", "things")
    if dry_run:
        run.say(f"would remove {things} for good, with all that is in them")
    elif not sure(f"Remove {things} and everything inside for good?", yes=yes):
        run.say("Nothing was changed.")
        count = 0
    else:
        tree.empty_trash(run.vault.api)
        run.say("The trash is empty.")
    run.answer(removed=count, dry_run=dry_run)


def _one(held: list[tuple[str, Entry]], wanted: str) -> Entry:
    from ..crypto import b64url
    from ..vault import paths

    path = paths.join(*paths.split(wanted)) if wanted.startswith("/") else None
    found = [entry for at, entry in held if path == at or wanted == b64url(entry.node)]
    if not found:
        raise NotFound(f"There is no {wanted} in the trash.", hint="commonkeep trash list")
    if len(found) > 1:
        ids = ", ".join(b64url(entry.node) for entry in found)
        raise Failure(f"Several things in the trash were {wanted}.", hint=f"Name one by id: {ids}")
    return found[0]


def _restore(
    run: Run, entry: Entry, folder: Entry | None, name: str | None, *, dry_run: bool
) -> str:
    """Where it is now."""
    from ..vault import changes, tree

    if dry_run:
        return tree.path_of(run.vault, entry)
    try:
        restored = changes.restore(run.vault, entry, into=folder, name=name)
    except ApiProblem as problem:
        if problem.code == "name-taken":
            problem.hint = "--as gives it another name, --to another folder."
        elif problem.code == "parent-gone":
            problem.hint = "--to names a folder for it."
        raise
    return tree.path_of(run.vault, restored)
