"""The published vectors, read once."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent.parent / "vectors"

Vector = dict[str, Any]


def load(name: str) -> list[Vector]:
    """The vectors of one file, in order."""
    found: list[Vector] = json.loads((_FOLDER / name).read_text("utf-8"))["vectors"]
    return found


def unhex(vector: Vector, *names: str) -> list[bytes]:
    """Hexadecimal members."""
    return [bytes.fromhex(vector[name]) for name in names]


def unbase64(vector: Vector, name: str) -> bytes:
    """A member in plain base64, which the file uses for long ones."""
    return b64decode(vector[name], validate=True)


def shake(tag: str, length: int) -> bytes:
    """Bytes that look random and are the same everywhere."""
    return hashlib.shake_256(tag.encode()).digest(length)
