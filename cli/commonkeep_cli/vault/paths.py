"""Remote paths: absolute, with slashes, such as /Photos/2024."""

from __future__ import annotations

import unicodedata
from typing import Final

from ..errors import Refused, Usage

DEPTH_MAX: Final = 128


def split(path: str) -> list[str]:
    """The names along a path, in NFC; none for "/".

    Raises Usage for a path that does not begin with a slash, and for . and .. in it.
    """
    if not path.startswith("/"):
        raise Usage(
            f"{path} is not a path in the account.",
            hint=f"Paths in the account begin with a slash: /{path}",
        )
    if any("\ud800" <= char <= "\udfff" for char in path):
        raise Usage(f"{path} is not text that a name can hold.")
    names = [unicodedata.normalize("NFC", name) for name in path.split("/") if name]
    if any(name in (".", "..") for name in names):
        raise Usage(f"{path} has . or .. in it.", hint="Write the path out from the root.")
    return names


def join(*parts: str) -> str:
    """A path of names and paths, with one leading slash."""
    return "/" + "/".join(part.strip("/") for part in parts if part.strip("/"))


def check_depth(path: str) -> None:
    """Raises Refused for a path deeper than folders can lie.

    Every record on it may be genuine: moved since, a folder can be shown below itself.
    """
    if path.strip("/").count("/") > DEPTH_MAX:
        raise Refused("The server lists folders deeper than they can be.")
