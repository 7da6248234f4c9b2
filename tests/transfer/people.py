"""Further devices of somebody who has an account."""

from __future__ import annotations

from pathlib import Path

from tests.cli.shell import Shell


def second_device(first: Shell, home: Path, *, server: str | None = None) -> Shell:
    """The same person, signed in anew on another device, maybe by way of a proxy."""
    shell = Shell(home, server or first.server, first.password)
    shell.ok("login", login_of(first))
    return shell


def login_of(shell: Shell) -> str:
    """The login of whoever is signed in there."""
    from commonkeep_cli.vault import signed_in
    from commonkeep_cli.vault.home import Home

    found = signed_in.read(Home(shell.home))
    assert found is not None
    return found.login


def content(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder: bytes of files, None for folders."""
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }
