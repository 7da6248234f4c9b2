"""High-water marks: the newest state of every node this device has seen.

The server may not show an older one, nor another of the same version (docs/format.md, Rollback).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Final

from ..crypto import Mark, NodeId, UserId
from .home import Home

_SCHEMA = """
CREATE TABLE IF NOT EXISTS marks (
    user BLOB NOT NULL, node BLOB NOT NULL,
    gen INTEGER NOT NULL, ver INTEGER NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (user, node)
) WITHOUT ROWID;
"""
_KEEP = """
INSERT INTO marks VALUES (?, ?, ?, ?, ?) ON CONFLICT (user, node) DO UPDATE
SET gen = excluded.gen, ver = excluded.ver, digest = excluded.digest
WHERE (excluded.gen, excluded.ver) > (marks.gen, marks.ver)
"""
_AT_ONCE: Final = 500


class Marks:
    """The marks of one account; may be used from several threads."""

    def __init__(self, home: Home, user: UserId) -> None:
        self._user = user
        self._lock = threading.Lock()
        self._database = home.connect(_SCHEMA)

    def seen(self, nodes: Sequence[NodeId]) -> dict[NodeId, Mark]:
        """The marks of those of the nodes that have one."""
        found: dict[NodeId, Mark] = {}
        with self._lock:
            for start in range(0, len(nodes), _AT_ONCE):
                found |= self._select(nodes[start : start + _AT_ONCE])
        return found

    def _select(self, nodes: Sequence[NodeId]) -> dict[NodeId, Mark]:
        places = ",".join("?" * len(nodes))
        query = f"SELECT node, gen, ver, digest FROM marks WHERE user = ? AND node IN ({places})"  # noqa: S608 - only question marks
        rows = self._database.execute(query, (self._user, *nodes))
        return {NodeId(node): Mark(gen, ver, digest) for node, gen, ver, digest in rows}

    def keep(self, marks: Iterable[tuple[NodeId, Mark]]) -> None:
        """Raise the marks, in one transaction; one that is higher already stays."""
        rows = [(self._user, node, mark.gen, mark.ver, mark.digest) for node, mark in marks]
        if not rows:
            return
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(_KEEP, rows)
            self._database.execute("COMMIT")

    def close(self) -> None:
        self._database.close()


def is_older(mark: Mark, than: Mark | None) -> bool:
    """Whether a state is behind one that was seen."""
    return than is not None and (mark.gen, mark.ver) < (than.gen, than.ver)
