"""`rm`: into the trash, or out of the world."""

from __future__ import annotations

import click

from ..screen import shown
from .asking import sure
from .command import command, dry_run
from .run import Run


@command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--forever", is_flag=True, help="Remove for good instead; this cannot be undone.")
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@dry_run()
def rm(run: Run, paths: tuple[str, ...], forever: bool, yes: bool, dry_run: bool) -> None:
    """Put files and folders into the trash, with all that is in them.

    What lies in the trash still takes room; `commonkeep trash` lists, restores and empties it.
    """
    count = f"these {len(paths)}" if len(paths) > 1 else shown(paths[0])
    asked = forever and not dry_run
    if asked and not sure(f"Remove {count} and everything inside for good?", yes=yes):
        run.say("Nothing was changed.")
        run.answer(removed=[], forever=forever, dry_run=dry_run)
        return
    removed: list[str] = []
    for path in paths:
        with run.item(path):
            _remove(run, path, forever=forever, dry_run=dry_run)
            removed.append(path)
            run.say(_sentence(path, forever=forever, dry_run=dry_run))
    run.answer(removed=removed, forever=forever, dry_run=dry_run)


def _remove(run: Run, path: str, *, forever: bool, dry_run: bool) -> None:
    from ..vault import changes, tree

    entry = tree.resolve(run.vault, path)
    _ = entry.opened
    if dry_run:
        return
    changes.trash(run.vault, entry)
    if forever:
        changes.remove(run.vault, entry)


def _sentence(path: str, *, forever: bool, dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    if forever:
        return f"{shown(path)}: {would}removed for good"
    return f"{shown(path)}: {would}put into the trash"
