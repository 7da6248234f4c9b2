"""A local folder that files are placed below, and the only door to it.

Every step from the target downwards is taken relative to an open folder and refuses symbolic
links, so nobody who plants one in the target sends a file elsewhere. What the target's own path
goes through is the user's word and is followed.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import Failure

Place = tuple[str, ...]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class NotPlaced(Failure):
    """Something could not be placed; the message is the reason in plain words."""


class Missing(NotPlaced):
    """A folder on the way is not there."""


class Target:
    """An existing folder as the top of everything that is placed. A context manager.

    Raises NotPlaced unless it is a folder that can be entered. Safe to use from several threads.
    """

    def __init__(self, path: str) -> None:
        with _plainly():
            self._top = os.open(path, _FOLDER)
        self.path = path
        self._lock = threading.Lock()
        self._known: dict[tuple[int, int], Place] = {}

    def __enter__(self) -> Target:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._top)

    @contextmanager
    def folder(self, place: Place) -> Iterator[int]:
        """A descriptor of the folder at `place`, while the block lasts.

        Raises NotPlaced if a step of the way is missing, a link, or no folder.
        """
        with _plainly():
            fd = self._open(place)
        try:
            yield fd
        finally:
            os.close(fd)

    def make_folder(self, place: Place) -> bool:
        """Make the folder at `place` unless it is there; its parent must be. True if made.

        Raises NotPlaced if something else has the name, and where the file system takes two
        different names for one.
        """
        if not place:
            return False
        with self.folder(place[:-1]) as parent:
            made = _mkdir(place[-1], parent)
        self._claim(place)
        return made

    def look(self, place: Place) -> os.stat_result | None:
        """What lies at `place`, a link itself and not where it points; None for nothing."""
        try:
            with self.folder(place[:-1]) as parent:
                return os.stat(place[-1], dir_fd=parent, follow_symlinks=False)
        except (FileNotFoundError, Missing):
            return None

    def set_mtime(self, place: Place, mtime: int) -> None:
        """Give a folder its time, in milliseconds, once everything in it is placed."""
        with self.folder(place) as fd, _plainly():
            os.utime(fd, ns=(nanoseconds(mtime), nanoseconds(mtime)))

    def _open(self, place: Place) -> int:
        fd = os.dup(self._top)
        for name in place:
            parent = fd
            try:
                fd = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=parent)
            finally:
                os.close(parent)
        return fd

    def _claim(self, place: Place) -> None:
        with self.folder(place) as fd:
            seen = os.fstat(fd)
        with self._lock:
            owner = self._known.setdefault((seen.st_dev, seen.st_ino), place)
        if owner != place:
            raise NotPlaced(f"this file system takes its name for that of {'/'.join(owner)}")


def nanoseconds(mtime: int) -> int:
    """Milliseconds since 1970 as nanoseconds."""
    return mtime * 1_000_000


def milliseconds(mtime_ns: int) -> int:
    """Nanoseconds since 1970 as whole milliseconds, never below 0: records know no time before."""
    return max(0, mtime_ns // 1_000_000)


def _mkdir(name: str, parent: int) -> bool:
    try:
        os.mkdir(name, dir_fd=parent)
    except FileExistsError:
        seen = os.stat(name, dir_fd=parent, follow_symlinks=False)
        if not stat.S_ISDIR(seen.st_mode):
            raise NotPlaced("something that is no folder has its name") from None
        return False
    except OSError as error:
        raise NotPlaced(plain(error)) from error
    return True


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise Missing(plain(error)) from error
    except OSError as error:
        raise NotPlaced(plain(error)) from error


def plain(error: OSError) -> str:
    """The reason of a system error in the system's own words, without paths and numbers."""
    return error.strerror or "the system refused it"
