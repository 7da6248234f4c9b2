"""What the figures are held to."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from .memory import Growth

MIB = 2**20
Times = dict[tuple[str, str], list[float]]
"""Seconds of each run by contender and load, such as ("restic", "put small")."""

_GOALS = (
    ("put big", "rclone, no encryption", 1.25),
    ("put small", "restic", 1.5),
)
_CLIENT_MOST = 32 * MIB


def middle(times: Times, name: str, load: str) -> float | None:
    """The median of the runs, None if there were none."""
    runs = times.get((name, load))
    return median(runs) if runs else None


def speed(times: Times) -> Iterator[tuple[str, bool]]:
    """A sentence for each goal that could be measured, and whether it holds."""
    for load, peer, most in _GOALS:
        ours, theirs = middle(times, "commonkeep", load), middle(times, peer, load)
        if ours is not None and theirs is not None:
            ratio = ours / theirs
            yield f"{load}: {ratio:.2f} of {peer} (at most {most})", ratio <= most


def memory(growth: Growth) -> Iterator[tuple[str, bool]]:
    """The same for the memory of the client."""
    for verb, grown in (("put", growth.put), ("get", growth.get)):
        text = f"{verb} of 2 GiB: {grown / MIB:+.0f} MiB over 64 MiB (at most +32)"
        yield text, grown <= _CLIENT_MOST
