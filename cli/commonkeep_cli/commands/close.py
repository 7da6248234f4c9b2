"""`close`: leaving, with 14 days to think about it."""

from __future__ import annotations

import click

from . import render
from .asking import Passwords, passwords, sure
from .command import command
from .run import Run


@command()
@click.option("--undo", is_flag=True, help="Keep the account after all.")
@click.option("--yes", is_flag=True, help="Do not ask whether you are sure.")
@passwords()
def close(run: Run, undo: bool, yes: bool, passwords: Passwords) -> None:
    """Close the account, or keep it after all.

    Closing removes everything in it after 14 days; until then --undo keeps it as if nothing had
    been. `commonkeep export` takes everything along first. The login is never given out again.
    """
    from ..api import accounts
    from ..vault import credentials

    vault = run.vault
    vault.api.patient = False
    if undo:
        accounts.keep(vault.api)
        run.say("The account stays.")
        run.answer(closes_at=None)
        return
    password = passwords.present(f"Password for {vault.login}")
    if not sure("Close the account, and remove all that is in it after 14 days?", yes=yes):
        run.say("Nothing was changed.")
        run.answer(closes_at=None)
        return
    at = credentials.close(vault, password=password)
    run.say(f"The account will be closed on {render.day(at)}. Until then it can be read.")
    run.say("`commonkeep close --undo` keeps it, `commonkeep export` takes everything along.")
    run.answer(closes_at=at)
