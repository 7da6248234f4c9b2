"""`sessions`: which devices are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..screen import shown
from . import render
from .command import Group
from .run import Run

if TYPE_CHECKING:
    from ..api.grants import Session


@click.group(cls=Group)
def sessions() -> None:
    """List the devices that are signed in, or end their sessions."""


@sessions.command("list")
@click.pass_obj
def listing(run: Run) -> None:
    """List the devices that are signed in. Names and times are the server's word."""
    from ..api import accounts

    found = list(accounts.sessions(run.vault.api))
    for line in render.table([_HEAD, *map(_row, found)]):
        run.say(line)
    run.answer(items=[_document(one) for one in found])


@sessions.command("end")
@click.argument("which", metavar="ID|others")
@click.pass_obj
def end(run: Run, which: str) -> None:
    """End one session, or all but this one. Keys on that device stay until it notices."""
    from ..api import accounts

    if which == "others":
        accounts.end_session(run.vault.api, which)
        run.say("All other sessions have ended.")
    else:
        accounts.end_session(run.vault.api, _id(which))
        run.say("That session has ended.")
    run.answer(ended=which)


_HEAD = ("SESSION", "DEVICE", "SIGNED IN", "LAST SEEN", "")


def _row(session: Session) -> tuple[str, ...]:
    return (
        session.session,
        shown(session.device_name),
        render.moment(session.created_at),
        render.moment(session.seen_at),
        "this one" if session.current else "",
    )


def _document(session: Session) -> dict[str, object]:
    return {
        "session": session.session,
        "device_name": session.device_name,
        "created_at": session.created_at,
        "seen_at": session.seen_at,
        "current": session.current,
    }


def _id(text: str) -> str:
    """An id of a session as it stands in addresses. Raises Usage for anything else."""
    from ..crypto import Tampered, unb64url
    from ..errors import Usage

    try:
        unb64url(text, length=16)
    except Tampered:
        raise Usage("This is not the id of a session.", hint="commonkeep sessions") from None
    return text
