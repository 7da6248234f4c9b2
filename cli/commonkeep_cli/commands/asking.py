"""Passwords: from standard input, from the environment, or from a person; never from arguments."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, Final

import click

from ..errors import Usage
from .run import Run

SHORT: Final = 12


class Passwords:
    """Where this command's passwords come from; made by the option --password-stdin."""

    def __init__(self, *, from_stdin: bool) -> None:
        self._from_stdin = from_stdin

    def present(self, prompt: str = "Password") -> str:
        """The password an account has."""
        return self._given("COMMONKEEP_PASSWORD") or _asked(prompt, confirm=False)

    def new(self, run: Run, prompt: str, *, variable: str = "COMMONKEEP_PASSWORD") -> str:
        """A password to be set: asked twice, and remarked on if it is short."""
        password = self._given(variable) or _asked(prompt, confirm=True)
        if len(password) < SHORT:
            run.note(
                f"warning: this password has fewer than {SHORT} characters. Whoever steals the "
                "server's database can try many; a few random words are better."
            )
        return password

    def _given(self, variable: str) -> str:
        if self._from_stdin:
            return _line()
        # Taken out, so that no program started from here inherits it.
        return os.environ.pop(variable, "")


def _line() -> str:
    line = sys.stdin.readline()
    if not line.strip("\r\n"):
        raise Usage("There was no password on standard input.", hint="One line per password.")
    return line.rstrip("\n").removesuffix("\r")


def _asked(prompt: str, *, confirm: bool) -> str:
    check_terminal("the password", "--password-stdin reads it, or COMMONKEEP_PASSWORD holds it.")
    again = f"{prompt}, once more" if confirm else False
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=again, err=True))


def check_terminal(what: str, hint: str) -> None:
    """Raises Usage where nobody can be asked, instead of waiting for ever."""
    if not sys.stdin.isatty():
        raise Usage(f"There is no terminal at which to ask for {what}.", hint=hint)


def sure(question: str, *, yes: bool) -> bool:
    """Whether the person wants what cannot be undone. Raises Usage where nobody can be asked."""
    if yes:
        return True
    check_terminal("your consent", "--yes gives it.")
    return click.confirm(question, err=True)


def passwords() -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option --password-stdin, given to the function as `passwords`."""

    def make(_: click.Context, __: click.Parameter, value: bool) -> Passwords:
        return Passwords(from_stdin=value)

    option: Any = click.option(
        "--password-stdin",
        "passwords",
        is_flag=True,
        callback=make,
        help="Read the password from standard input, one line each.",
    )
    return option  # type: ignore[no-any-return]  # click types its decorators loosely


def device() -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option --device, given to the function as `device`."""
    return click.option(
        "--device",
        envvar="COMMONKEEP_DEVICE",
        default=f"command line, {sys.platform}",
        show_default=True,
        help="What `sessions` will call this device. The server sees it.",
    )
