"""Lists that come in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from . import wire
from .fields import refuse
from .transport import Api

T = TypeVar("T")

PAGE: Final = 500


def pages(
    api: Api, path: str, item: Callable[[object], T], *, after: str | None = None, **query: str
) -> Iterator[list[T]]:
    """The pages of a list as they come, from the cursor `after` on; `query` narrows it.

    Raises Refused for a list that turns in a circle.
    """
    cursor = after
    seen: set[str] = set()
    while True:
        place = {} if cursor is None else {"after": cursor}
        page = wire.page(api.json("GET", path, query={"limit": PAGE, **query, **place}), item)
        yield page.items
        cursor = page.next
        if cursor is None:
            return
        if cursor in seen:
            raise refuse("next")
        seen.add(cursor)
