"""The two ways in which this package says no."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Tampered(Exception):
    """What was read is not what an honest client made: show nothing, write nothing, stop.

    It carries no cause on purpose. Telling a bad signature from a bad tag or bad padding helps
    only the one who forges, so every refusal looks the same from outside.
    """

    def __init__(self) -> None:
        super().__init__()

    def __str__(self) -> str:
        return "What was received is not what an honest client made, and was refused."


class BadInput(ValueError):
    """What a person typed cannot be used: a name, a login, a password, a recovery code, a link.

    The message says what to do about it and never repeats what was typed.
    """


@contextmanager
def refused(*causes: type[Exception]) -> Iterator[None]:
    """Turn the given exceptions of the block into `Tampered`, forgetting which one it was."""
    try:
        yield
    except causes:
        raise Tampered from None
