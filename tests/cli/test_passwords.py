"""Setting, changing and giving passwords."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.shell import PASSWORD, Shell


def test_a_changed_password_replaces_the_old_one(
    newcomer: Shell, login: str, tmp_path: Path
) -> None:
    other = Shell(tmp_path / "other", newcomer.server)
    other.ok("login", login)
    newcomer.variables["COMMONKEEP_NEW_PASSWORD"] = "a wholly different one"
    newcomer.play("""
        $ commonkeep mkdir /kept
        made /kept
        $ commonkeep passwd
        The password is changed. All other sessions have ended.
        $ commonkeep ls
        kept/
    """)
    other.play(f"""
        $ commonkeep ls
        error: You are not signed in, or this session was ended.
        hint: commonkeep login LOGIN
        [3]
        $ commonkeep login {login}
        error: Login, password or recovery code do not fit together.
        hint: …
        [3]
    """)
    other.password = "a wholly different one"
    other.ok("login", login)
    assert other.ok("ls") == "kept/\n"


def test_a_wrong_present_password_changes_nothing(newcomer: Shell, login: str) -> None:
    result = newcomer.run("passwd", "--password-stdin", stdin="not it\nanother long one\n")
    assert result.exit_code == 3
    newcomer.ok("logout")
    newcomer.ok("login", login)


def test_a_short_password_is_warned_of_and_taken(shell: Shell, login: str) -> None:
    shell.password = "short"
    result = shell.run("signup", login)
    assert result.exit_code == 0
    assert "fewer than 12 characters" in result.stderr


def test_passwords_come_from_standard_input_line_by_line(newcomer: Shell, login: str) -> None:
    newcomer.password = ""
    newcomer.ok("passwd", "--password-stdin", stdin=f"{PASSWORD}\r\nthe second line\n")
    newcomer.ok("logout")
    newcomer.ok("login", login, "--password-stdin", stdin="the second line")


@pytest.mark.parametrize("options", [[], ["--password-stdin"]])
def test_without_a_password_nothing_waits_for_ever(
    shell: Shell, login: str, options: list[str]
) -> None:
    shell.password = ""
    assert shell.run("login", login, *options, stdin="").exit_code == 2


def test_no_command_takes_a_password_as_an_argument(shell: Shell, login: str) -> None:
    assert shell.run("login", login, "--password", "secret").exit_code == 2


def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(
    shell: Shell, login: str
) -> None:
    seen = _at_a_terminal(
        shell, ["signup", login], [(b"New password", b"first one is long\n"), (b"more", b"other\n")]
    )
    assert b"do not match" in seen
    assert b"first one is long" not in seen


def test_interrupting_ends_with_one_line_and_130(shell: Shell, login: str) -> None:
    seen = _at_a_terminal(shell, ["login", login], [(b"Password", b"\x03")])
    assert b"interrupted: what was acknowledged is safe" in seen
    assert seen.rstrip().endswith(b"exit 130")
    assert b"Traceback" not in seen


def _at_a_terminal(
    shell: Shell, arguments: list[str], dialogue: list[tuple[bytes, bytes]]
) -> bytes:
    """What a terminal shows while each answer is typed once its question has come."""
    ours, theirs = pty.openpty()
    environment = {
        **{name: value for name, value in os.environ.items() if "COMMONKEEP" not in name},
        "PYTHONPATH": os.pathsep.join(sys.path),
        "COMMONKEEP_HOME": str(shell.home),
        "COMMONKEEP_SERVER": shell.server,
    }
    script = f'{sys.executable} -m commonkeep_cli {" ".join(arguments)}; echo "exit $?"'
    process = subprocess.Popen(
        ["/bin/sh", "-c", f"trap : INT; {script}"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
        preexec_fn=_own_terminal,
    )
    os.close(theirs)
    seen = b""
    for question, answer in dialogue:
        while question not in seen.splitlines()[-1:][0] if seen else True:
            seen += _read(ours)
        os.write(ours, answer)
    seen += _rest(ours)
    process.kill()
    process.wait()
    os.close(ours)
    return seen


def _own_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read(terminal: int) -> bytes:
    ready, _, _ = select.select([terminal], [], [], 20)
    assert ready, "the program says nothing more"
    return os.read(terminal, 4096)


def _rest(terminal: int) -> bytes:
    """Until the program ends, or stands before the next question."""
    seen, until = b"", time.monotonic() + 20
    while time.monotonic() < until and b"exit " not in seen and b"match" not in seen:
        try:
            ready, _, _ = select.select([terminal], [], [], 0.2)
            seen += os.read(terminal, 4096) if ready else b""
        except OSError:
            break
    return seen
