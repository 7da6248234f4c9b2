"""Renaming that never replaces anything: what `os.rename` cannot do, and Linux can."""

from __future__ import annotations

import ctypes
import errno
import os
from functools import cache
from typing import Any, Final

_NO_REPLACE: Final = 1  # RENAME_NOREPLACE of linux/fs.h
_UNABLE: Final = {errno.ENOSYS, errno.EINVAL}


def rename_to_new(old: str, new: str, *, folder: int) -> bool:
    """Give `old` the name `new` in the same open folder, in one step; False where that cannot be.

    A link and an unlink in its place leave both names to a program that is killed between them.
    Raises FileExistsError if something has the name, and other OSErrors.
    """
    rename = _renameat2()
    if rename is None:
        return False
    if rename(folder, os.fsencode(old), folder, os.fsencode(new), _NO_REPLACE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNABLE:
        return False
    raise OSError(code, os.strerror(code), new)


@cache
def _renameat2() -> Any:
    return getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
