"""`recover`: into the account with the recovery code."""

from __future__ import annotations

from pathlib import Path

import click

from .admitting import admit, known_login
from .asking import Passwords, check_terminal, device, passwords
from .command import command
from .recovery_code import CodeKeeper, typed_code
from .run import Run


@command()
@click.argument("login", required=False)
@click.option(
    "--code-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read the recovery code from this file.",
)
@click.option(
    "--recovery-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the new recovery code there; without, it is shown once.",
)
@device()
@passwords()
def recover(
    run: Run,
    login: str | None,
    code_file: Path | None,
    recovery_file: Path | None,
    device: str,
    passwords: Passwords,
) -> None:
    """Open the account with its recovery code, set a new password and get a new code.

    All sessions end, the old code is void. Without arguments it asks for everything.
    """
    from ..crypto import recovery
    from ..vault import credentials

    api = run.api()
    login = known_login(run, login or _asked_login(), api)
    fresh = CodeKeeper(run, recovery_file, login=login, server=api.address.origin)
    code = recovery.read(typed_code(code_file))
    password = passwords.new(run, f"New password for {login}")
    try:
        done = credentials.recover(
            api,
            run.home,
            login=login,
            code=code,
            password=password,
            device_name=device,
            code_place=fresh,
        )
    except Exception as failure:
        fresh.settle(failure)
        raise
    run.say(f"The account of {login} is open again, with the new password. The old code is void.")
    fresh.say()
    admit(run, done)


def _asked_login() -> str:
    check_terminal("the login", "Name it: commonkeep recover LOGIN")
    return str(click.prompt("Login", err=True))
