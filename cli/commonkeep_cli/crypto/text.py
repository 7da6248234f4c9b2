"""What people type, made into the one spelling that keys and tags are computed from.

Unicode tables differ between Python, browsers and their versions, so what is *typed* here is
held to the code points our own tables know. What is *read* was normalised by its author, maybe
with newer tables: it is held to the rules of the format only, or an honest new emoji would
look like an attack.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from .errors import BadInput, Tampered

NAME_MAX: Final = 255

_FORBIDDEN_IN_NAMES = re.compile("[/\\x00-\\x1f\\x80-\\x9f]")
# Unicode White_Space together with U+FEFF: the union of what str.strip() and JavaScript's
# trim() would take off, spelt out because the two differ.
_BLANKS: Final = (
    "\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)


def nfc(text: str) -> str:
    """Normalisation form C."""
    return unicodedata.normalize("NFC", text)


def _typed(text: str) -> str:
    """NFC of typed text. Raises BadInput for unassigned code points and lone surrogates."""
    if any(unicodedata.category(char) in ("Cn", "Cs") for char in text):
        raise BadInput("This contains a character that is too new for this program; leave it out.")
    return nfc(text)


def password(text: str) -> bytes:
    """UTF-8 of the NFC of a password, nothing trimmed. Raises BadInput if empty or unusable."""
    if not text:
        raise BadInput("The password is empty.")
    return _typed(text).encode()


def login(text: str) -> str:
    """A login in the spelling that keys are bound to: NFC, trimmed, lower case.

    Raises BadInput if nothing is left, for control characters, and for the few letters whose
    lower case is not stable.
    """
    known = _typed(text).strip(_BLANKS).lower()
    if not known or known != nfc(known).lower():
        raise BadInput("This cannot be used as a login.")
    if any(unicodedata.category(char) == "Cc" for char in known):
        raise BadInput("A login has no control characters.")
    return known


def new_name(text: str) -> str:
    """A typed file or folder name, in NFC. Raises BadInput with what is wrong about it."""
    name = _typed(text)
    if any(unicodedata.category(char) == "Cc" for char in name):
        raise BadInput("A name has no control characters.")
    if not is_name(name):
        raise BadInput("A name has 1 to 255 bytes, no slash, and is neither . nor ..")
    return name


def read_name(name: object) -> str:
    """A name found inside a record. Raises Tampered unless it follows the format's rules."""
    if not isinstance(name, str) or not is_name(name):
        raise Tampered
    return name


def is_name(name: str) -> bool:
    """1-255 bytes of UTF-8 in NFC, without "/", C0 and C1 controls; not "." or ".."."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return False
    fits = 1 <= length <= NAME_MAX and name not in (".", "..")
    return fits and not _FORBIDDEN_IN_NAMES.search(name) and nfc(name) == name
