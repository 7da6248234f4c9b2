"""`passwd`: another password."""

from __future__ import annotations

from .asking import Passwords, passwords
from .command import command
from .run import Run


@command()
@passwords()
def passwd(run: Run, passwords: Passwords) -> None:
    """Change the password. All other sessions end; the recovery code stays as it is.

    --password-stdin reads two lines: the present password and the new one. Without a terminal
    COMMONKEEP_PASSWORD and COMMONKEEP_NEW_PASSWORD give them.
    """
    from ..vault import credentials

    vault = run.vault
    vault.api.patient = False
    old = passwords.present("Present password")
    new = passwords.new(run, "New password", variable="COMMONKEEP_NEW_PASSWORD")
    credentials.change_password(vault, old=old, new=new)
    run.say("The password is changed. All other sessions have ended.")
    run.answer(changed=True)
