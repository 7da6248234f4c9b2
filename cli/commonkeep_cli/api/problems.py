"""A refusal by the server, in this program's own words.

The server's `detail` and `hint` are not shown: whoever runs it could use them to ask for a
password or a recovery code in our name. Only its `code` and figures are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ..errors import OVER_CEILING, SIGNED_OUT, SOME_FAILED, Failure

_CODE = re.compile(r"[a-z][a-z-]{0,39}\Z")
_EXITS: Final = {
    "no-session": SIGNED_OUT,
    "wrong-credentials": SIGNED_OUT,
    "over-ceiling": OVER_CEILING,
}
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "malformed": (
        "The server did not understand this request.",
        "The program and the server may be of different versions; update the older one.",
    ),
    "no-session": ("You are not signed in, or this session was ended.", "commonkeep login LOGIN"),
    "wrong-credentials": (
        "Login, password or recovery code do not fit together.",
        "The server never says which; `commonkeep recover` sets a new password with the code.",
    ),
    "not-allowed": ("This session may not do that.", "Sign in again: commonkeep login LOGIN"),
    "account-closing": (
        "This account is being closed: it can be read and left, not changed.",
        "`commonkeep close --undo` keeps the account.",
    ),
    "not-found": ("There is no such thing on the server any more.", "List the folder again."),
    "login-taken": ("This login is taken.", "Choose another one."),
    "name-taken": ("There is something of that name already.", "Choose another name."),
    "record-stale": ("Another device changed this at the same time.", "Try again."),
    "parent-gone": ("The folder it belongs in is gone or in the trash.", "Choose another folder."),
    "cycle": ("A folder cannot be put inside itself.", ""),
    "too-deep": ("Folders can lie 128 deep, not deeper.", "Choose a folder further up."),
    "in-trash": ("This lies in the trash.", "Restore it first: commonkeep trash restore PATH"),
    "not-in-trash": ("This does not lie in the trash.", "Put it there first: commonkeep rm PATH"),
    "state-stale": ("Another device changed the account at the same time.", "Try again."),
    "too-large": ("This is more than the server takes at once.", ""),
    "too-fast": ("Too many tries in a short time.", "Wait a little and try again."),
    "over-ceiling": (
        "There is no room left.",
        "Reading and removing go on: `commonkeep quota`, `commonkeep trash empty`.",
    ),
    "internal": (
        "The server made a mistake.",
        "What it acknowledged before is safe. Try again; if it stays, tell the operator when.",
    ),
    "unavailable": ("A part of the service does not answer right now.", "Try again in a minute."),
}
_OTHER: Final = ("The server refused this ({code}).", "Update this program if it is an old one.")


class ApiProblem(Failure):
    """A refusal with its stable `code`, HTTP `status` and the `members` docs/api.md names.

    `members` is what the server said, unchecked: decode it before use.
    """

    def __init__(self, *, status: int, code: str, members: Mapping[str, object]) -> None:
        message, hint = _WORDS.get(code, _OTHER)
        exit_code = _EXITS.get(code, SOME_FAILED)
        super().__init__(message.format(code=code), hint=hint, exit_code=exit_code)
        self.status = status
        self.code = code
        self.members = members


def problem_of(status: int, document: object) -> ApiProblem:
    """The problem in an answer; one without a readable code is named after its status."""
    members = document if isinstance(document, dict) else {}
    code = members.get("code")
    if not isinstance(code, str) or not _CODE.match(code):
        code = f"status-{status}"
    return ApiProblem(status=status, code=code, members=members)
