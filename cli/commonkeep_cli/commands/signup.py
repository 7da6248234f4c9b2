"""`signup`: a new account."""

from __future__ import annotations

from pathlib import Path

import click

from .admitting import admit, known_login
from .asking import Passwords, device, passwords
from .command import command
from .recovery_code import CodeKeeper
from .run import Run


@command()
@click.argument("login")
@click.option(
    "--recovery-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the recovery code there; without, it is shown once.",
)
@device()
@passwords()
def signup(
    run: Run, login: str, recovery_file: Path | None, device: str, passwords: Passwords
) -> None:
    """Make an account and sign in on this device.

    The password never leaves this machine. If password and recovery code are both lost, nobody
    can open the account again.
    """
    from ..vault import signing_in

    api = run.api()
    login = known_login(run, login, api)
    code = CodeKeeper(run, recovery_file, login=login, server=api.address.origin)
    password = passwords.new(run, f"New password for {login}")
    try:
        done = signing_in.sign_up(
            api,
            run.home,
            login=login,
            password=password,
            device_name=device,
            code_place=code,
        )
    except Exception as failure:
        code.settle(failure)
        raise
    run.say(f"Welcome, {login}. You are signed in at {api.address.origin}.")
    code.say()
    admit(run, done)
