"""A file that is being placed: a temporary name until all of it is there and verified.

The temporary name is the same every time for the same file, so that the next run finds what an
interrupted one left, continues it or throws it away. A lock keeps two runs from sharing it.
"""

from __future__ import annotations

import base64
import errno
import fcntl
import hashlib
import os
import stat
from types import TracebackType

from .naming import rename_to_new
from .placing import NotPlaced, Place, Target, nanoseconds, plain

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NO_HARD_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
_TRIES = 3


class Incoming:
    """A temporary file beside the place it is for; a context manager that removes it.

    After `publish` there is nothing left to remove. With `keep` a block that ends in an
    exception leaves the file for the next run, which opens it with `is_new` false. Raises
    NotPlaced.
    """

    def __init__(self, target: Target, place: Place, *, token: bytes, keep: bool = False) -> None:
        self._keep = keep
        self._final = place[-1]
        self._name = _temporary_name(token, place[-1])
        with target.folder(place[:-1]) as folder:
            self._folder = os.dup(folder)
        try:
            self.fd, self.is_new = _open(self._name, self._folder, keep)
        except BaseException:
            os.close(self._folder)
            raise

    def __enter__(self) -> Incoming:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._name and not (self._keep and kind):
                os.unlink(self._name, dir_fd=self._folder)
        finally:
            os.close(self.fd)
            os.close(self._folder)

    def publish(self, *, mtime: int, replace: bool = False, sync: bool = False) -> None:
        """Give the file its name, with its time in milliseconds.

        Never over something that is there, unless `replace`. With `sync` its content survives a
        power failure from here on. Raises NotPlaced.
        """
        try:
            os.utime(self.fd, ns=(nanoseconds(mtime), nanoseconds(mtime)))
            if sync:
                os.fsync(self.fd)
            self._rename() if replace else self._take_name()
        except FileExistsError:
            raise NotPlaced("something has its name already") from None
        except OSError as error:
            raise NotPlaced(plain(error)) from error

    def _rename(self) -> None:
        folder = self._folder
        os.rename(self._name, self._final, src_dir_fd=folder, dst_dir_fd=folder)
        self._name = ""

    def _take_name(self) -> None:
        if rename_to_new(self._name, self._final, folder=self._folder):
            self._name = ""
        else:
            self._link()

    def _link(self) -> None:
        folder = self._folder
        try:
            os.link(
                self._name,
                self._final,
                src_dir_fd=folder,
                dst_dir_fd=folder,
                follow_symlinks=False,
            )
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            self._take_and_rename()

    def _take_and_rename(self) -> None:
        # Without hard links: an empty file of ours takes the name first, so that what the
        # rename replaces can only be that.
        os.close(os.open(self._final, _NEW, 0o666, dir_fd=self._folder))
        self._rename()


def _temporary_name(token: bytes, name: str) -> str:
    digest = hashlib.sha256(token + name.encode()).digest()[:12]
    return f".commonkeep-{base64.urlsafe_b64encode(digest).decode()}.part"


def _open(name: str, folder: int, keep: bool) -> tuple[int, bool]:
    for _ in range(_TRIES):
        try:
            return _create(name, folder), True
        except FileExistsError:
            left = _left_over(name, folder)
        except OSError as error:
            raise NotPlaced(plain(error)) from error
        if left is not None and keep:
            return left, False
        _throw_away(name, folder, left)
    raise NotPlaced("another get is writing this file")


def _create(name: str, folder: int) -> int:
    fd = os.open(name, _NEW, 0o666, dir_fd=folder)
    _lock(fd)
    return fd


def _lock(fd: int) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        raise NotPlaced("another get is writing this file") from None


def _left_over(name: str, folder: int) -> int | None:
    """What an earlier run left under this name, locked; None for what is not one of ours."""
    try:
        fd = os.open(name, _OLD, dir_fd=folder)
    except OSError:
        return None
    _lock(fd)
    if _is_ours(fd, name, folder):
        return fd
    os.close(fd)
    return None


def _is_ours(fd: int, name: str, folder: int) -> bool:
    seen = os.fstat(fd)
    # A second hard link means that somebody else's file would be written into.
    if not stat.S_ISREG(seen.st_mode) or seen.st_nlink != 1 or seen.st_uid != os.geteuid():
        return False
    try:
        # The run that held the lock may have published the file meanwhile.
        named = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(seen, named)


def _throw_away(name: str, folder: int, left: int | None) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise NotPlaced(plain(error)) from error
    finally:
        if left is not None:
            os.close(left)
