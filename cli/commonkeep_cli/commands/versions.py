"""`versions`: what a file was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..errors import NotFound
from ..transfer.report import readable
from . import render
from .command import command, dry_run
from .run import Run

if TYPE_CHECKING:
    from ..vault.changes import Version


@command()
@click.argument("path")
@click.option("--restore", metavar="N|REV", help="Make this version the current one again.")
@dry_run()
def versions(run: Run, path: str, restore: str | None, dry_run: bool) -> None:
    """List the kept versions of a file, newest first, or restore one.

    Restoring makes the old content current under the present name and moves no byte; what was
    current stays a version. The last 10 versions and those of the last 30 days are kept.
    """
    from ..vault import changes, tree

    entry = tree.resolve(run.vault, path)
    found = changes.versions(run.vault, entry)
    if restore is not None:
        version = _chosen(found, restore)
        if not dry_run and not version.current:
            changes.restore_version(run.vault, entry, version)
        run.say(_sentence(version, dry_run=dry_run))
        run.answer(path=path, restored=_document(version), dry_run=dry_run)
        return
    for line in render.table([_HEAD, *map(_row, range(1, len(found) + 1), found)]):
        run.say(line)
    run.answer(path=path, items=[_document(one) for one in found])


_HEAD = ("N", "REV", "STORED", "CHANGED", "SIZE", "")


def _row(number: int, version: Version) -> tuple[str, ...]:
    from ..crypto import b64url

    return (
        str(number),
        b64url(version.rev),
        render.moment(version.created_at),
        render.moment(version.meta.mtime),
        readable(version.meta.size),
        "current" if version.current else "",
    )


def _document(version: Version) -> dict[str, object]:
    from ..crypto import b64url

    return {
        "rev": b64url(version.rev),
        "created_at": version.created_at,
        "mtime": version.meta.mtime,
        "size": version.meta.size,
        "current": version.current,
    }


def _chosen(found: list[Version], wanted: str) -> Version:
    from ..crypto import b64url

    if wanted.isdecimal() and 1 <= int(wanted) <= len(found):
        return found[int(wanted) - 1]
    for version in found:
        if b64url(version.rev) == wanted:
            return version
    raise NotFound(f"There is no version {wanted}.", hint="Without --restore they are listed.")


def _sentence(version: Version, *, dry_run: bool) -> str:
    if version.current:
        return "This version is the current one already."
    verb = "would make" if dry_run else "made"
    return f"{verb} the version of {render.moment(version.created_at)} the current one"
