"""How answers look: lines for people, documents for programs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from ..screen import shown
from ..transfer.report import readable

if TYPE_CHECKING:
    from ..vault.entry import Entry

SIZE_WIDTH: Final = 8


def moment(milliseconds: int) -> str:
    """A time for the eye, in the zone of this machine: 2024-05-17 18:03."""
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(milliseconds / 1000))
    except (OverflowError, ValueError, OSError):
        return "far in the future"


def day(milliseconds: int) -> str:
    """The date alone."""
    return moment(milliseconds).split(" ")[0]


def name(entry: Entry) -> str:
    """Safe for a terminal; folders end in a slash."""
    return shown(entry.name) + ("/" if entry.is_folder else "")


def long_line(entry: Entry, label: str) -> str:
    """Size, time of change and a label, as `ls -l` shows them."""
    size = "-" if entry.size is None else readable(entry.size)
    return f"{size:>{SIZE_WIDTH}}  {moment(entry.mtime)}  {label}"


def document(entry: Entry) -> dict[str, Any]:
    """An entry for programs: sizes in bytes, times in milliseconds since 1970."""
    from ..crypto import b64url

    return {
        "name": entry.name,
        "type": "folder" if entry.is_folder else "file",
        "size": entry.size,
        "mtime": entry.mtime,
        "node": b64url(entry.node),
        "rev": None if entry.rev is None else b64url(entry.rev),
    }


def plural(count: int, one: str, many: str) -> str:
    """1 file, 2 files."""
    return f"{count:,} {one if count == 1 else many}"


def table(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows as lines, columns aligned to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
