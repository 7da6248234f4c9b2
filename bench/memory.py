"""How much more memory a 2 GiB file takes than one of 64 MiB, in the client and in the server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import data
from .measure import peak, reset
from .ours import Ours

SMALL = 64 * 2**20
LARGE = 2 * 2**30


@dataclass(frozen=True)
class Growth:
    """Bytes of highest resident memory with the large file less those with the small one."""

    put: int
    get: int
    server: int


def growth(ours: Ours, folder: Path) -> Growth:
    """Put and get both files."""
    small, large = _peaks(ours, folder, SMALL), _peaks(ours, folder, LARGE)
    put, get, server = (more - less for more, less in zip(large, small, strict=True))
    return Growth(put, get, server)


def _peaks(ours: Ours, folder: Path, size: int) -> tuple[int, int, int]:
    source, target = data.one(folder / f"memory-{size}", size), folder / f"memory-{size}-back"
    ours.settled()
    pids = ours.pids
    reset(pids)
    put = ours.put(source, source.name).memory
    ours.settled()
    get = ours.get(source.name, target).memory
    source.unlink()
    target.unlink()
    return put, get, peak(pids)
