"""`get`: from the account to this machine."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from ..errors import Usage
from .command import command, dry_run
from .moving import looking, moving, would
from .run import Run

if TYPE_CHECKING:
    from ..local.placing import Target
    from ..transfer.getting import Choice, Landing, Wishes
    from ..transfer.index import Index
    from ..transfer.report import Report


@command()
@click.argument("remotes", nargs=-1, required=True, metavar="REMOTE...")
@click.argument("local")
@click.option("--overwrite", is_flag=True, help="Replace local files that differ.")
@click.option(
    "--any-name",
    is_flag=True,
    help="Also take names that mislead or that other systems cannot hold, such as CON.",
)
@dry_run()
def get(
    run: Run,
    remotes: tuple[str, ...],
    local: str,
    overwrite: bool,
    any_name: bool,
    dry_run: bool,
) -> None:
    """Fetch files and folders, check and decrypt them.

    Into LOCAL if it is a folder, else to that name, as cp -r does. "-" writes one file to
    standard output. A file takes its name once all of it is verified. What is there and equal
    is skipped; what differs is left alone, unless --overwrite.
    """
    from ..transfer.getting import Choice
    from ..transfer.index import Index

    if local == "-":
        _to_stdout(run, remotes, dry_run=dry_run)
        return
    index = Index(run.vault.home, run.vault.user)
    try:
        choice = Choice(overwrite=overwrite, any_name=any_name)
        _to_folder(run, index, remotes, local, choice, dry_run=dry_run)
    finally:
        index.close()


def _to_stdout(run: Run, remotes: tuple[str, ...], *, dry_run: bool) -> None:
    from ..api.content import Server
    from ..transfer.get import to_stream
    from ..vault import tree

    if len(remotes) > 1:
        raise Usage("One file fits standard output.", hint="get /folder/file -")
    if run.json and not dry_run:
        raise Usage("Standard output holds the file or the document, not both.")
    entry = tree.resolve(run.vault, remotes[0])
    _ = entry.file
    if dry_run:
        would(run, "get", [remotes[0]])
        return
    with moving(run, "got", to_stdout=True) as report:
        to_stream(Server(run.vault.api), entry, sys.stdout.buffer, report)


def _to_folder(
    run: Run,
    index: Index,
    remotes: tuple[str, ...],
    local: str,
    choice: Choice,
    *,
    dry_run: bool,
) -> None:
    from ..local.placing import Target
    from ..transfer import getting

    if dry_run:
        with looking(run, "get") as report:
            land = getting.landing(run.vault, index, remotes, local, report)
            with Target(land.folder) as target:
                wishes = _chosen(run, index, report, target, land, choice)
        would(run, "get", [wish.path for wish in wishes.files])
        return
    with moving(run, "got") as report:
        land = getting.landing(run.vault, index, remotes, local, report)
        with Target(land.folder) as target:
            wishes = _chosen(run, index, report, target, land, choice)
            _carry_out(run, index, report, target, wishes, local)


def _chosen(
    run: Run, index: Index, report: Report, target: Target, land: Landing, choice: Choice
) -> Wishes:
    from ..transfer.getting import Chooser
    from ..vault.listings import Listings

    with Listings(run.vault) as listings:
        chooser = Chooser(
            listings=listings, known=index.is_equal, report=report, target=target, choice=choice
        )
        for entry, place, path in land.places:
            chooser.add(entry, place, path)
        return chooser.wishes


def _carry_out(
    run: Run, index: Index, report: Report, target: Target, wishes: Wishes, local: str
) -> None:
    from ..api.content import Server
    from ..transfer import getting
    from ..transfer.get import Get
    from ..transfer.getting import Wish

    def made(wish: Wish) -> None:
        if os.path.abspath(local) == os.path.join(target.path, *wish.place):
            getting.remember(index, wish.path, local)

    Get(Server(run.vault.api), report, target, index).carry_out(wishes, made=made)
