"""Text from elsewhere, made safe for a terminal.

A name is chosen by whoever made the file: it may hold escape sequences that rewrite the screen,
or direction marks that show "exe.jpg" for "gpj.exe".
"""

from __future__ import annotations

import unicodedata
from typing import Final

# Joiners make one sign of several emoji and shape letters in several scripts; they move nothing.
_HARMLESS: Final = {"\u200c", "\u200d"}
_ESCAPED: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def shown(text: str) -> str:
    """The text with control, direction and other invisible characters spelt out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(char: str) -> str:
    if unicodedata.category(char) not in _ESCAPED or char in _HARMLESS:
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"
