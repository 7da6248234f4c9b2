"""From nothing to a first folder and away again, as somebody would type it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from tests.cli.shell import Shell


def test_a_first_session_reads_well(shell: Shell, login: str, tmp_path: Path) -> None:
    file = tmp_path / "code.txt"
    shell.play(f"""
        $ commonkeep ls
        error: Nobody is signed in here.
        hint: commonkeep login LOGIN
        [3]
        $ commonkeep signup {login} --recovery-file {file}
        Welcome, {login}. You are signed in at {shell.server}.
        The recovery code is in {file}. Print it, then remove the file.
        note: no system keyring here, so your keys lie in {shell.home}/keys, readable by you alone…
        $ commonkeep ls
        $ commonkeep mkdir /Photos /Photos/2024
        made /Photos
        made /Photos/2024
        $ commonkeep tree
        /
        └── Photos/
        |    └── 2024/

        2 folders, 0 files, 0 B
        $ commonkeep quota
        2.0 kB of 100 GB are used.
        100 GB are free.
        $ commonkeep logout
        Signed out. The keys are wiped from this device.
        $ commonkeep ls
        error: Nobody is signed in here.
        hint: commonkeep login LOGIN
        [3]
        $ commonkeep login {login}
        Signed in as {login} at {shell.server}.
        note: …
        $ commonkeep ls
        Photos/
    """)


def test_what_is_kept_is_for_its_owner_alone(newcomer: Shell, tmp_path: Path) -> None:
    for file in (
        tmp_path / "recovery.txt",
        newcomer.home / "keys",
        newcomer.home / "state.sqlite3",
    ):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(newcomer.home.stat().st_mode) == 0o700


def test_signing_out_leaves_no_keys(newcomer: Shell) -> None:
    secrets = json.loads((newcomer.home / "keys").read_text())
    newcomer.ok("logout")
    assert [file.name for file in newcomer.home.iterdir()] == ["state.sqlite3"]
    kept = (newcomer.home / "state.sqlite3").read_bytes()
    assert not any(secret.encode() in kept for secret in secrets.values())
    assert newcomer.run("logout").exit_code == 3


def test_forgetting_leaves_nothing(newcomer: Shell) -> None:
    newcomer.ok("logout", "--forget")
    assert list(newcomer.home.iterdir()) == []


def test_a_second_account_needs_another_home(newcomer: Shell) -> None:
    result = newcomer.run("login", "somebody-else")
    assert result.exit_code == 2
    assert "is signed in here" in result.stderr


def test_another_server_is_not_asked_with_this_session(newcomer: Shell) -> None:
    result = newcomer.run("ls", "--server", "https://other.example")
    assert result.exit_code == 2
    assert f"is signed in at {newcomer.server}" in result.stderr
