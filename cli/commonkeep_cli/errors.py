"""What a command ends with when it cannot do what was asked: a sentence, a hint, an exit code.

Everything that reaches a person goes through `Failure`; one place prints it. Messages name files
and folders, never keys, codes, passwords or tokens.
"""

from __future__ import annotations

import errno
from typing import ClassVar, Final

SOME_FAILED: Final = 1
USAGE: Final = 2
SIGNED_OUT: Final = 3
OVER_CEILING: Final = 4
REFUSED: Final = 5
INTERRUPTED: Final = 130


class Failure(Exception):
    """Something was not done. `message` says what happened, `hint` what to do about it."""

    default_code: ClassVar[int] = SOME_FAILED

    def __init__(self, message: str, *, hint: str = "", exit_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = self.default_code if exit_code is None else exit_code
        self.retry_after: int | None = None  # seconds, where the server asked for them


class Usage(Failure):
    """The command line itself cannot be carried out."""

    default_code = USAGE


class SignedOut(Failure):
    """Nobody is signed in here, or the session has ended."""

    default_code = SIGNED_OUT


class OverCeiling(Failure):
    """There is no room left for what was to be stored."""

    default_code = OVER_CEILING


class NotFound(Failure):
    """No such file or folder, there or here."""


class Refused(Failure):
    """What the server answered is not what an honest one could answer: nothing of it is used."""

    default_code = REFUSED


_REFUSED_MESSAGE: Final = (
    "What the server sent is not what an honest client stored; it was refused."
)
_REFUSED_HINT: Final = (
    "Nothing of it was shown or written. If it stays, tell the operator and others: "
    "this is either damage or an attack."
)


def failure_of(error: Exception) -> Failure:
    """The failure behind what the layers below raise: `Tampered`, `BadInput`, a fault of the
    system or of what is remembered, `Failure` itself.

    Raises the error again if it is a fault of this program.
    """
    if isinstance(error, Failure):
        return error
    if isinstance(error, OSError) and error.strerror and error.errno != errno.EPIPE:
        where = f"{error.filename}: " if error.filename else ""
        return Failure(f"{where}{error.strerror}.")
    if type(error).__module__ == "sqlite3":
        return Failure(
            f"What this program remembers cannot be read or written: {error}.",
            hint="Is the disk full? COMMONKEEP_HOME names the folder.",
        )
    # Only here: whoever asks for --help shall not wait for the cryptography to load.
    from .crypto import BadInput, Tampered

    if isinstance(error, Tampered):
        return Refused(_REFUSED_MESSAGE, hint=_REFUSED_HINT)
    if isinstance(error, BadInput):
        return Usage(str(error))
    raise error


def worst(codes: set[int]) -> int:
    """The exit code of several failures: tampering first, then what ends the whole command."""
    order = (REFUSED, SIGNED_OUT, OVER_CEILING, USAGE)
    return next((code for code in order if code in codes), SOME_FAILED if codes else 0)
