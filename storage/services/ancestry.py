"""The folders above a node: is the way up to the root whole, and how long is it?"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from storage.errors import Cycle, ParentGone, TooDeep
from storage.models import Node

MOST_LEVELS = 128

# Works on Postgres and SQLite alike. The bound on `level` ends it even if a cycle should exist.
_UPWARDS = """
WITH RECURSIVE up (id, parent_id, trashed_at, type, level) AS (
    SELECT id, parent_id, trashed_at, type, 1 FROM storage_node
    WHERE id = %s AND drive_id = %s
    UNION ALL
    SELECT node.id, node.parent_id, node.trashed_at, node.type, up.level + 1
    FROM storage_node AS node JOIN up ON node.id = up.parent_id
    WHERE up.level < 1000
)
SELECT id, trashed_at IS NOT NULL, type FROM up ORDER BY level
"""

_DOWNWARDS = """
WITH RECURSIVE down (id, level) AS (
    SELECT id, 1 FROM storage_node WHERE id = %s
    UNION ALL
    SELECT node.id, down.level + 1
    FROM storage_node AS node JOIN down ON node.parent_id = down.id
    WHERE node.type = 1 AND down.level <= %s
)
SELECT MAX(level) FROM down
"""


@dataclass(frozen=True)
class Place:
    """A live folder; `above` are its own id and those of the folders above it, root last."""

    above: tuple[UUID, ...]

    def require_room(self, levels: int = 1) -> None:
        """Raise `TooDeep` unless `levels` more fit below."""
        if len(self.above) - 1 + levels > MOST_LEVELS:
            raise TooDeep(most=MOST_LEVELS)


def live_folder(drive_id: UUID, folder: UUID) -> Place:
    """The way up from `folder`, or `ParentGone` where it is missing, trashed, or a file."""
    rows = _rows(_UPWARDS, folder, drive_id)
    whole = bool(rows) and _uuid(rows[-1][0]) == drive_id
    if not whole or rows[0][2] != 1 or any(trashed for _, trashed, _ in rows):
        raise ParentGone(folder)
    return Place(tuple(_uuid(row[0]) for row in rows))


def require_move(node: Node, place: Place) -> None:
    """Raise `Cycle` or `TooDeep` unless `node`, with all below it, may lie in `place`."""
    if node.id in place.above:
        raise Cycle
    place.require_room(_height(node))


def _height(node: Node) -> int:
    """Levels that the node takes, itself included; files in its folders count as one."""
    if node.type != 1:
        return 1
    return int(_rows(_DOWNWARDS, node.id, MOST_LEVELS)[0][0])


def _rows(sql: str, node: UUID, other: UUID | int) -> list[tuple[UUID | str, bool, int]]:
    field = Node._meta.get_field("id")
    parameters = [
        field.get_db_prep_value(value, connection) if isinstance(value, UUID) else value
        for value in (node, other)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
