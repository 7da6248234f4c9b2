"""Which names from a record may become names of local files.

A record's name has passed the format's rules: 1 to 255 bytes, NFC, no slash, no control
characters, not "." or "..". Its author may still have meant harm, or another system. What is
unsafe here is refused with its reason and never renamed silently: a renamed file is a file that
nobody finds again.
"""

from __future__ import annotations

import os
import re
from typing import Final

_BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_DEVICES: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\..*)?\Z",
    re.IGNORECASE | re.DOTALL,
)
_CONTROLS: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029]")
_WINDOWS_ONLY: Final = re.compile(r'[<>:"|?*\\]')
_ON_WINDOWS: Final = os.name == "nt"


def fault(name: str, *, any_name: bool = False) -> str | None:
    """Why this name is not placed on this computer, or None if it is.

    `any_name` allows what only misleads or fails elsewhere: reserved names, trailing dots and
    blanks, backslashes, characters that change the reading direction. What could leave the
    target or break a terminal is refused in any case.
    """
    return _never(name) or (None if any_name else _misleading(name))


def _never(name: str) -> str | None:
    if name in ("", ".", "..") or "/" in name or os.sep in name:
        return "the name would lead out of its folder"
    if _CONTROLS.search(name):
        return "the name has control characters"
    if _ON_WINDOWS and (_WINDOWS_ONLY.search(name) or _misleading(name)):
        return "this system allows no such name"
    return None


def _misleading(name: str) -> str | None:
    if "\\" in name:
        return "the name has a backslash, which other systems take for a folder"
    if _BIDI.search(name):
        return "the name has characters that turn the reading direction around"
    if _DEVICES.match(name):
        return "the name means a device on other systems"
    if name.endswith((".", " ")):
        return "the name ends in a dot or a blank, which other systems drop"
    return None
