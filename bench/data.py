"""The two loads: 512 MiB in 4 files, and 2,000 small files of 23 MB in 40 folders."""

from __future__ import annotations

import os
import random
from pathlib import Path

BIG_FILES = 4
BIG_SIZE = 128 * 2**20
SMALL_FILES = 2_000
SMALL_TOTAL = 23_000_000
_CHUNK = 2**20


def big(folder: Path) -> Path:
    """Files nobody can compress."""
    folder.mkdir()
    for number in range(BIG_FILES):
        one(folder / f"big-{number}.bin", BIG_SIZE)
    return folder


def one(path: Path, size: int) -> Path:
    """A file of random bytes."""
    with path.open("wb") as file:
        for _ in range(size // _CHUNK):
            file.write(os.urandom(_CHUNK))
    return path


def small(folder: Path) -> Path:
    """Files of uneven sizes, the same in every run."""
    shape = random.Random(1)
    weights = [shape.paretovariate(1.2) for _ in range(SMALL_FILES)]
    scale = SMALL_TOTAL / sum(min(weight, 40) for weight in weights)
    for number, weight in enumerate(weights):
        home = folder / f"folder-{number % 40:02}"
        home.mkdir(parents=True, exist_ok=True)
        (home / f"note-{number:04}.txt").write_bytes(os.urandom(int(min(weight, 40) * scale)))
    return folder
