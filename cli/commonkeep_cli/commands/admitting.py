"""What signing up, signing in and recovering say and check alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Usage
from . import render
from .run import Run

if TYPE_CHECKING:
    from ..api.transport import Api
    from ..vault.signing_in import Admitted


def known_login(run: Run, login: str, api: Api) -> str:
    """The login in its one spelling. Raises Usage if another account is signed in here."""
    from ..crypto import text
    from ..vault import signed_in

    login = text.login(login)
    found = signed_in.read(run.home)
    if found is not None and (found.server, found.login) != (api.address.origin, login):
        raise Usage(
            f"{found.login} is signed in here, at {found.server}.",
            hint="Sign out first: commonkeep logout; or keep accounts apart with COMMONKEEP_HOME.",
        )
    return login


def admit(run: Run, done: Admitted) -> None:
    """Say where the keys are kept now, and answer."""
    from ..vault import keyring

    vault = run.vault = done.vault
    file = keyring.key_file(vault.home) if done.place == keyring.FILE else None
    if file is not None:
        run.note(
            f"note: no system keyring here, so your keys lie in {file}, readable by you alone. "
            "Whoever gets that file can read everything in the account."
        )
    if done.closes_at is not None:
        run.note(
            f"note: this account will be closed on {render.day(done.closes_at)}; "
            "`commonkeep close --undo` keeps it."
        )
    run.answer(
        login=vault.login,
        server=vault.api.address.origin,
        keys=done.place,
        closes_at=done.closes_at,
    )
