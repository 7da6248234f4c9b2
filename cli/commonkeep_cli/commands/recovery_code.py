"""Handing the recovery code to the person: a private file, or the screen, once."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Final

import click

from ..errors import Failure, Usage
from .asking import check_terminal
from .run import Run

_TEXT: Final = """\
Recovery code of a Commonkeep account

Login:  {login}
Server: {server}
Code:   {code}

Whoever has this code and the login can open the account and set a new password.
Without password and code nobody can, the operator included. Keep it on paper, away
from this machine, then remove this file.
"""
_CODE_LINE: Final = re.compile(r"^Code:\s*(\S+)\s*$", re.MULTILINE)
_FILE_MAX: Final = 10_000


class CodeKeeper:
    """Keeps a new code where the person asked for it, before the server learns its proof."""

    def __init__(self, run: Run, file: Path | None, *, login: str, server: str) -> None:
        """Raises Usage for a file that exists, and for --json without a file."""
        if file is None and run.json:
            raise Usage("--json needs --recovery-file, so that the code is in no log.")
        if file is not None and os.path.lexists(file):
            raise Usage(f"{file} exists already.", hint="Name a new file; no code is overwritten.")
        self._run, self._file = run, file
        self._login, self._server = login, server
        self._written = self._taken = False

    def keep(self, code: str) -> None:
        """Write or show the code. Raises Failure if it cannot be written."""
        if self._file is None:
            click.echo(f"\nYour recovery code, shown this once:\n\n  {code}\n")
            click.echo("It opens the account if the password is lost. Write it down and keep it.\n")
            return
        text = _TEXT.format(login=self._login, server=self._server, code=code)
        handle = os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        self._written = True
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def taken(self) -> None:
        """The server has taken the code: whatever happens now, it is needed."""
        self._taken = True

    def settle(self, failure: Exception) -> None:
        """It ended with a failure: the file goes, unless the code might be needed.

        After a lost connection nobody knows whether the server carried it out.
        """
        if self._file is None or not self._written:
            return
        from ..api.problems import ApiProblem

        if not self._taken and isinstance(failure, ApiProblem) and failure.status < 500:
            self._file.unlink(missing_ok=True)
            return
        self._run.note(f"{self._file} is kept: the server may have taken this code.")

    def say(self) -> None:
        """Tell the person where the code is."""
        if self._file is not None:
            self._run.say(f"The recovery code is in {self._file}. Print it, then remove the file.")


def typed_code(file: Path | None) -> str:
    """The code a person has: from the file that sign-up wrote, the environment, or typed."""
    if file is not None:
        return _code_in(file)
    given = os.environ.pop("COMMONKEEP_RECOVERY_CODE", "")
    if given:
        return given
    check_terminal("the recovery code", "--code-file names a file with it.")
    return str(click.prompt("Recovery code", hide_input=not sys.stderr.isatty(), err=True))


def _code_in(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")[:_FILE_MAX]
    except (OSError, UnicodeDecodeError):
        raise Failure(f"{file} cannot be read.") from None
    found = _CODE_LINE.search(text)
    return found.group(1) if found else text.strip()
