"""Reading the JSON a server answers with: exact types, exact lengths, one spelling."""

from __future__ import annotations

from .encoding import bounded, unb64url
from .errors import Tampered


def members(value: object) -> dict[str, object]:
    """The value as a JSON object. Raises Tampered for anything else."""
    if not isinstance(value, dict):
        raise Tampered
    return value


def data(value: dict[str, object], name: str, *, length: int | None = None) -> bytes:
    """A base64url member. Raises Tampered if it is missing, misspelt or of another length."""
    return unb64url(value.get(name), length=length)


def number(value: dict[str, object], name: str, *, top: int, least: int = 0) -> int:
    """An integer member in least..top. Raises Tampered; True and 1.0 are no integers."""
    return bounded(value.get(name), top, least=least)
