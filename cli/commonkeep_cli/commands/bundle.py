"""`export` and `decrypt-bundle`: leaving with everything, and reading it without any server."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..crypto import Tampered
from ..errors import Failure
from ..screen import shown
from .asking import Passwords, passwords
from .command import command
from .moving import moving
from .recovery_code import typed_code
from .run import Run


@command()
@click.argument("bundle", type=click.Path(path_type=Path, file_okay=False))
def export(run: Run, bundle: Path) -> None:
    """Write everything into the folder BUNDLE, still encrypted; it needs no server.

    The same command again fetches what is missing. Whoever holds the bundle can try passwords
    on it as often as they like: keep it like the account itself.
    """
    from ..local.placing import Target
    from ..transfer.bundle import Bundle
    from ..transfer.exporting import Export

    _make(bundle, mode=0o700)
    with moving(run, "exported") as report, Target(str(bundle)) as target:
        Export(run.vault, report, Bundle(bundle), target).run()


@command("decrypt-bundle")
@click.argument("bundle", type=click.Path(path_type=Path, file_okay=False))
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.option("--recovery", is_flag=True, help="Open it with the recovery code.")
@click.option(
    "--code-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Open it with the recovery code in this file.",
)
@click.option("--overwrite", is_flag=True, help="Replace local files that differ.")
@click.option(
    "--any-name", is_flag=True, help="Also take names that mislead, or that other systems refuse."
)
@passwords()
def decrypt_bundle(
    run: Run,
    bundle: Path,
    target: Path,
    recovery: bool,
    code_file: Path | None,
    overwrite: bool,
    any_name: bool,
    passwords: Passwords,
) -> None:
    """Decrypt BUNDLE into the folder TARGET, offline, with the password or the recovery code."""
    from ..local.placing import Target
    from ..transfer import unbundle
    from ..transfer.bundle import Bundle
    from ..transfer.getting import Choice

    box = Bundle(bundle)
    head = box.head()
    by_code = recovery or code_file is not None or "COMMONKEEP_RECOVERY_CODE" in os.environ
    try:
        if by_code:
            amk = head.open(code=typed_code(code_file))
        else:
            amk = head.open(password=passwords.present(f"Password of {shown(head.login)}"))
    except Tampered:
        secret = "recovery code" if by_code else "password"
        raise Failure(f"This {secret} does not open {bundle}, or its box is damaged.") from None
    _make(target, mode=0o777)
    with moving(run, "decrypted") as report, Target(str(target)) as place:
        tree = unbundle.Offline(box, head, amk, report)
        choice = Choice(overwrite=overwrite, any_name=any_name)
        unbundle.place(box, tree, place, report, choice)


def _make(folder: Path, *, mode: int) -> None:
    try:
        folder.mkdir(mode=mode, exist_ok=True)
    except OSError as error:
        raise Failure(f"The folder {folder} cannot be made: {error.strerror}.") from error
