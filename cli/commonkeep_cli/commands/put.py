"""`put`: local files and folders into the account."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ..errors import Usage
from .command import command, dry_run
from .moving import looking, moving, would
from .run import Run

if TYPE_CHECKING:
    from ..transfer.index import Index
    from ..transfer.report import Report
    from ..transfer.sending import Sending


@command()
@click.argument("locals", nargs=-1, required=True, metavar="LOCAL...")
@click.argument("remote")
@dry_run()
def put(run: Run, locals: tuple[str, ...], remote: str, dry_run: bool) -> None:
    """Encrypt files and folders and send them.

    Into REMOTE if it is a folder, else to that name, as cp -r does. "-" reads standard input.
    What is there and equal is skipped, what differs becomes a new version; the same command
    again goes on where an interrupted one ended. Symbolic links and devices are skipped.
    """
    from ..transfer.index import Index

    vault = run.vault
    index = Index(vault.home, vault.user)
    try:
        if "-" in locals:
            _put_stream(run, index, locals, remote, dry_run=dry_run)
        else:
            _put_files(run, index, locals, remote, dry_run=dry_run)
    finally:
        index.close()


def _put_files(
    run: Run, index: Index, locals: tuple[str, ...], remote: str, *, dry_run: bool
) -> None:
    from ..transfer import destination, put

    if dry_run:
        with looking(run, "put") as report:
            sending = _sending(run, index, report)
            plan = put.plan(sending, destination.sources(run.vault, index, locals, remote))
        would(run, "put", [job.found.path for job in plan.jobs])
        return
    with moving(run, "put") as report:
        sending = _sending(run, index, report)
        plan = put.plan(sending, destination.sources(run.vault, index, locals, remote))
        put.carry_out(sending, plan)


def _put_stream(
    run: Run, index: Index, locals: tuple[str, ...], remote: str, *, dry_run: bool
) -> None:
    from ..local.walking import Found, Kind
    from ..transfer import destination
    from ..transfer.plan import Job
    from ..transfer.streaming import Stream

    if len(locals) > 1:
        raise Usage("Standard input is put alone.", hint="put - /folder/name")
    spot, name = destination.stream(run.vault, remote)
    if dry_run:
        would(run, "put", ["-"])
        return
    with moving(run, "put") as report:
        job = Job(Found(Kind.FILE, "-", ()), spot, name, spot.known.get(name))
        Stream(_sending(run, index, report), job, sys.stdin.buffer).send()


def _sending(run: Run, index: Index, report: Report) -> Sending:
    from ..transfer.sending import Sending

    return Sending(run.vault, index, report)
