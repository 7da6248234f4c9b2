"""Making folders in the drive, parents first, by the hundred."""

from __future__ import annotations

from .. import crypto
from ..api import content
from ..api.content import BatchItem
from ..api.problems import ApiProblem
from ..vault.entry import entry_of
from . import batches
from .plan import Spot
from .sending import Sending


def make(sending: Sending, spots: list[Spot]) -> None:
    """Make the planned folders; each batch is acknowledged before the next one is sent.

    One that cannot be made is reported and marked as lost, with all below it.
    """
    for start in range(0, len(spots), batches.NODES):
        left = spots[start : start + batches.NODES]
        while left:
            left = _make(sending, left)


def _make(sending: Sending, spots: list[Spot]) -> list[Spot]:
    """Send one batch; what is left of it if one of the folders is wrong."""
    ready = [spot for spot in spots if _is_ready(spot, sending.vault.identity)]
    items = [BatchItem(spot.node.record) for spot in ready if spot.node is not None]
    if not items:
        return []
    try:
        content.batch(sending.vault.api, items)
    except ApiProblem as problem:
        _meet(sending, ready.pop(batches.index_of(problem, len(ready))), problem)
        return ready
    sending.made(ready)
    return []


def _is_ready(spot: Spot, author: crypto.Identity) -> bool:
    assert spot.node is not None
    assert spot.parent is not None
    spot.lost = spot.parent.lost
    if spot.node.record.parent != spot.parent.entry.node:
        # Its parent turned out to be somebody else's folder of the same name.
        folder = spot.parent.entry.folder
        spot.node = crypto.node.create(
            spot.node.meta, folder=folder, author=author, id=spot.node.id, key=spot.node.key
        )
        spot.entry = entry_of(spot.node)
    return not spot.lost


def _meet(sending: Sending, spot: Spot, problem: ApiProblem) -> None:
    """Somebody made the name first: if it is a folder, it will do."""
    assert spot.node is not None
    assert spot.parent is not None
    there = None
    if problem.code == "name-taken":
        there = sending.listing(spot.parent.entry).get(spot.node.meta.name)
    if there is None or not there.is_folder:
        spot.lost = True
        sending.report.fail(spot.path, problem.message)
    else:
        spot.entry, spot.node = there, None
