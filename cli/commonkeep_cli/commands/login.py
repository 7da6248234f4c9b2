"""`login` and `logout`."""

from __future__ import annotations

import click

from .admitting import admit, known_login
from .asking import Passwords, device, passwords
from .command import command
from .run import Run


@command()
@click.argument("login")
@device()
@passwords()
def login(run: Run, login: str, device: str, passwords: Passwords) -> None:
    """Sign in on this device. The password never leaves this machine."""
    from ..vault import signing_in

    api = run.api()
    login = known_login(run, login, api)
    password = passwords.present(f"Password for {login}")
    done = signing_in.sign_in(api, run.home, login=login, password=password, device_name=device)
    run.say(f"Signed in as {login} at {api.address.origin}.")
    admit(run, done)


@command()
@click.option(
    "--forget",
    is_flag=True,
    help="Also forget which versions were seen and what was put from here.",
)
def logout(run: Run, forget: bool) -> None:
    """Sign out: wipe the keys from this device and end its session.

    What this device has seen of the account stays remembered, because it is what reveals a
    server that goes back in time. --forget removes that too.
    """
    from ..vault.account import sign_out

    untold = sign_out(run.home, connect=run.connect)
    if forget:
        run.home.forget()
    run.say("Signed out. The keys are wiped from this device.")
    if untold is not None:
        run.note(f"note: the server could not be told ({untold.message})")
        run.note("note: end the session from another device: commonkeep sessions")
    run.answer(told_server=untold is None, forgot=forget)
