"""What this device knows to be equal: local files, and where commands placed folders.

Only a help to the eye and to speed. A file is skipped because its local side is untouched since
it was put or got, and because the record that was read and verified just now names the same
revision; nothing is believed of the server through it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..crypto import NodeId, RevId, UserId
from ..vault.entry import Entry
from ..vault.home import Home

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS local_files (
    user BLOB NOT NULL, path BLOB NOT NULL,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    node BLOB NOT NULL, rev BLOB NOT NULL,
    PRIMARY KEY (user, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS placed (
    user BLOB NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, made BLOB NOT NULL,
    PRIMARY KEY (user, source, target)
) WITHOUT ROWID;
"""
_KEEP: Final = "INSERT OR REPLACE INTO local_files VALUES (?, ?, ?, ?, ?, ?, ?)"
_AT_ONCE: Final = 200
_FIND: Final = """
SELECT 1 FROM local_files WHERE (user, path) = (?, ?)
AND (size, mtime_ns, inode) = (?, ?, ?) AND (node, rev) = (?, ?)
"""


@dataclass(frozen=True, slots=True)
class Local:
    """A local file as it was seen."""

    path: str
    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, path: str, seen: os.stat_result) -> Local:
        return cls(path, seen.st_size, seen.st_mtime_ns, seen.st_ino)

    @property
    def key(self) -> bytes:
        return os.fsencode(os.path.abspath(self.path))


class Index:
    """The index of one account; may be used from several threads."""

    def __init__(self, home: Home, user: UserId) -> None:
        self._user = user
        self._lock = threading.Lock()
        self._waiting: list[tuple[object, ...]] = []
        self._database = home.connect(_SCHEMA)
        # A lost row costs a comparison; waiting for the disk on each would cost more.
        self._database.execute("PRAGMA synchronous = NORMAL")

    def is_equal(self, local: Local, entry: Entry) -> bool:
        """Whether this file, untouched since, was put as or got from the entry's revision."""
        values = (self._user, local.key, local.size, local.mtime_ns, local.inode)
        with self._lock:
            found = self._database.execute(_FIND, (*values, entry.node, entry.rev))
            return found.fetchone() is not None

    def keep(self, files: Iterable[tuple[Local, NodeId, RevId]]) -> None:
        """Remember files that are equal to a revision; written by the hundred, or at `close`."""
        rows = [
            (self._user, local.key, local.size, local.mtime_ns, local.inode, node, rev)
            for local, node, rev in files
        ]
        with self._lock:
            self._waiting += rows
            if len(self._waiting) >= _AT_ONCE:
                self._write()

    def _write(self) -> None:
        rows, self._waiting = self._waiting, []
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany(_KEEP, rows)
        self._database.execute("COMMIT")

    def place(self, source: str, target: str, made: bytes) -> None:
        """Remember that a command made a folder of that name, before it is made.

        Given again, the command means that folder, and not one inside it.
        """
        values = (self._user, source, target, made)
        with self._lock:
            self._database.execute("INSERT OR REPLACE INTO placed VALUES (?, ?, ?, ?)", values)

    def placed(self, source: str, target: str) -> bytes | None:
        """What `place` was told for this command."""
        query = "SELECT made FROM placed WHERE (user, source, target) = (?, ?, ?)"
        with self._lock:
            row = self._database.execute(query, (self._user, source, target)).fetchone()
        return None if row is None else bytes(row[0])

    def close(self) -> None:
        """Write what waits, and let go of the database."""
        with self._lock:
            self._write()
            self._database.close()
