"""Sessions, and leaving for good."""

from __future__ import annotations

from pathlib import Path

from tests.cli.shell import Shell


def test_sessions_are_listed_and_ended(newcomer: Shell, login: str, tmp_path: Path) -> None:
    laptop = Shell(tmp_path / "laptop", newcomer.server)
    laptop.ok("login", login, "--device", "the laptop")
    sessions = {one["device_name"]: one for one in newcomer.json("sessions")["items"]}
    assert not sessions["the laptop"]["current"]
    assert sessions["command line, linux"]["current"]
    newcomer.play(f"""
        $ commonkeep sessions end {sessions["the laptop"]["session"]}
        That session has ended.
        $ commonkeep sessions end ../account
        error: This is not the id of a session.
        hint: commonkeep sessions
        [2]
    """)
    assert laptop.run("ls").exit_code == 3
    laptop.ok("login", login)
    assert laptop.ok("sessions", "end", "others") == "All other sessions have ended.\n"
    assert newcomer.run("ls").exit_code == 3


def test_a_closing_account_can_be_read_and_kept(newcomer: Shell) -> None:
    newcomer.ok("mkdir", "/kept")
    newcomer.play("""
        $ commonkeep close --yes
        The account will be closed on …. Until then it can be read.
        `commonkeep close --undo` keeps it, `commonkeep export` takes everything along.
        $ commonkeep ls
        kept/
        $ commonkeep mkdir /more
        error: /more: This account is being closed: it can be read and left, not changed.
        hint: `commonkeep close --undo` keeps the account.
        [1]
        $ commonkeep close --undo
        The account stays.
        $ commonkeep mkdir /more
        made /more
    """)


def test_closing_asks_first(newcomer: Shell) -> None:
    assert newcomer.run("close").exit_code == 2
    assert newcomer.ok("ls") == ""
