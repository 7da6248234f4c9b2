"""Folders and small files by the hundred: one request, one transaction, all or nothing.

A batch that the server refuses for one of its nodes is sent again without that one, which is
looked at anew: somebody else may have made the same name at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Protocol, TypeVar

from ..api import content
from ..api.content import BatchItem
from ..api.problems import ApiProblem
from ..api.transport import Api

NODES: Final = 100
BYTES: Final = 8 * 2**20
_ONE_IS_WRONG: Final = {"name-taken", "record-stale", "parent-gone", "id-taken", "too-deep"}


class Carries(Protocol):
    """Something that goes into a batch as one node."""

    @property
    def item(self) -> BatchItem: ...


C = TypeVar("C", bound=Carries)


def gathered(items: Iterable[C], *, nodes: int = NODES, size: int = BYTES) -> Iterator[list[C]]:
    """The items in lists that one batch can take, in their order."""
    batch: list[C] = []
    held = 0
    for one in items:
        if batch and (len(batch) == nodes or held + one.item.size > size):
            yield batch
            batch, held = [], 0
        batch.append(one)
        held += one.item.size
    if batch:
        yield batch


def send(api: Api, batch: Sequence[C], *, wrong: Callable[[C, ApiProblem], None]) -> list[C]:
    """Send a batch: those that are safe now. `wrong` is told of each that is not among them.

    Raises whatever is not the fault of one node.
    """
    left = list(batch)
    while left:
        try:
            content.batch(api, [one.item for one in left])
            break
        except ApiProblem as problem:
            wrong(left.pop(index_of(problem, len(left))), problem)
    return left


def index_of(problem: ApiProblem, count: int) -> int:
    """Which of `count` nodes is the wrong one; raises the problem if it is none of them."""
    index = problem.members.get("index")
    if problem.code in _ONE_IS_WRONG and isinstance(index, int) and 0 <= index < count:
        return index
    raise problem
