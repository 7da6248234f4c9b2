"""Where this program remembers: one private folder with one database.

`COMMONKEEP_HOME` names it; without, it is where the system keeps such data of its user.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..errors import Failure

_DATABASE: Final = "state.sqlite3"
_WAIT_SECONDS: Final = 20


class Home:
    """The folder. Whoever needs a table creates it: `home.connect("CREATE TABLE IF NOT …")`."""

    def __init__(self, path: Path) -> None:
        """Makes the folder, for its owner alone, if it is not there."""
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Failure(
                f"The folder {path} cannot be made: {error.strerror}.",
                hint="COMMONKEEP_HOME names another one.",
            ) from error
        self.path = path

    def connect(self, schema: str = "") -> sqlite3.Connection:
        """A connection of the caller's own, in autocommit mode; `BEGIN IMMEDIATE` to batch.

        What was committed is on the disk. May be passed between threads that take turns.
        """
        file = self.path / _DATABASE
        # Created before SQLite opens it: its journals then get the same permissions. Never opened
        # otherwise: closing a descriptor drops the locks of every connection of this process.
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(
            file, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        if schema:
            connection.executescript(schema)
        return connection

    def forget(self) -> None:
        """Remove what is remembered: marks, indexes, known logins, journals of uploads."""
        shutil.rmtree(self.path / "journal", ignore_errors=True)
        for ending in ("", "-wal", "-shm"):
            (self.path / f"{_DATABASE}{ending}").unlink(missing_ok=True)


def home_folder() -> Path:
    """The folder that `COMMONKEEP_HOME` or the system names."""
    named = os.environ.get("COMMONKEEP_HOME")
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("commonkeep", appauthor=False)
