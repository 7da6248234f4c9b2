"""`quota`: how much room there is."""

from __future__ import annotations

from ..transfer.report import readable
from .command import command
from .run import Run


@command()
def quota(run: Run) -> None:
    """Say how much room the account has. Trash and old versions count too."""
    from ..api import tree

    drive = tree.drive(run.vault.api)
    free = max(0, drive.ceiling - drive.used - drive.reserved)
    run.say(f"{readable(drive.used)} of {readable(drive.ceiling)} are used.")
    if drive.reserved:
        run.say(f"{readable(drive.reserved)} are held for uploads under way.")
    run.say(f"{readable(free)} are free." if free else "There is no room left.")
    run.answer(used=drive.used, reserved=drive.reserved, ceiling=drive.ceiling, free=free)
