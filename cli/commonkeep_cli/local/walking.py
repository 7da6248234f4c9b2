"""Walking a local folder: what can be put, in an order where parents come first.

Nothing that points elsewhere is followed. Symbolic links, devices and names that are no text are
reported with a reason, never silently left out.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What was found, and whether leaving it out is a failure."""

    FOLDER = "folder"
    FILE = "file"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing below the starting point.

    `path` is the local path, `place` the NFC names from the starting point on (empty for the
    starting point itself), `reason` is set for what is skipped or failed.
    """

    kind: Kind
    path: str
    place: tuple[str, ...]
    size: int = 0
    mtime_ns: int = 0
    inode: int = 0
    reason: str = ""


def walk(path: str) -> Iterator[Found]:
    """The thing at `path` and, for a folder, all below it, each folder before its content."""
    try:
        top = _look(path, (), os.lstat(path))
    except OSError as error:
        yield Found(Kind.FAILED, path, (), reason=_plain(error))
        return
    yield top
    if top.kind is Kind.FOLDER:
        yield from _below(top)


def _below(start: Found) -> Iterator[Found]:
    # A stack of our own: the depth of somebody's folders is no reason to run out of frames.
    waiting = [start]
    while waiting:
        folder = waiting.pop()
        folders = []
        for found in _listing(folder):
            yield found
            if found.kind is Kind.FOLDER:
                folders.append(found)
        waiting.extend(reversed(folders))


def _listing(folder: Found) -> Iterator[Found]:
    try:
        with os.scandir(folder.path) as entries:
            known = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield Found(Kind.FAILED, folder.path, folder.place, reason=_plain(error))
        return
    times = Counter(unicodedata.normalize("NFC", entry.name) for entry in known)
    for entry in known:
        yield _entry(entry, folder, times)


def _entry(entry: os.DirEntry[str], folder: Found, times: Counter[str]) -> Found:
    name = unicodedata.normalize("NFC", entry.name)
    place = (*folder.place, name)
    if not _is_text(entry.name):
        return Found(Kind.SKIPPED, entry.path, place, reason="its name is not valid text")
    if times[name] > 1:
        reason = "another name in this folder is the same text (Unicode NFC)"
        return Found(Kind.FAILED, entry.path, place, reason=reason)
    try:
        return _look(entry.path, place, entry.stat(follow_symlinks=False))
    except OSError as error:
        return Found(Kind.FAILED, entry.path, place, reason=_plain(error))


def _look(path: str, place: tuple[str, ...], seen: os.stat_result) -> Found:
    kind, reason = _kind(seen.st_mode)
    return Found(kind, path, place, seen.st_size, seen.st_mtime_ns, seen.st_ino, reason)


def _kind(mode: int) -> tuple[Kind, str]:
    if stat.S_ISREG(mode):
        return Kind.FILE, ""
    if stat.S_ISDIR(mode):
        return Kind.FOLDER, ""
    if stat.S_ISLNK(mode):
        return Kind.SKIPPED, "it is a symbolic link"
    return Kind.SKIPPED, "it is neither a file nor a folder"


def _is_text(name: str) -> bool:
    # Python reads undecodable bytes as lone surrogates, which cannot be encoded again.
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(error: OSError) -> str:
    return error.strerror or "it cannot be read"
