"""What a record says about its node, as strict JSON: name, type, time, size, revision, root."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from .encoding import U64_MAX, bounded, sized
from .errors import Tampered, refused
from .keys import ID_BYTES, NodeType, RevId
from .segments import DIGEST, MAX_SIZE, SEGMENT
from .text import read_name

VERSION: Final = 1
MIME_MAX: Final = 255

_FOLDER_MEMBERS: Final = {"v", "name", "mtime"}
_FILE_MEMBERS: Final = _FOLDER_MEMBERS | {"mime", "rev", "size", "seg", "root"}
_HEX = re.compile(r"(?:[0-9a-f]{2})*\Z")
_MIME = re.compile(r"[\x20-\x7e]*\Z")


@dataclass(frozen=True, slots=True)
class FolderMeta:
    """name in NFC, mtime in milliseconds since 1970, not negative."""

    name: str
    mtime: int

    type = NodeType.FOLDER


@dataclass(frozen=True, slots=True)
class FileMeta:
    """Like FolderMeta, with the media type, the plaintext size in bytes, the id of the content
    (16 bytes) and its content root (32 bytes)."""

    name: str
    mime: str
    mtime: int
    rev: RevId
    size: int
    root: bytes

    type = NodeType.FILE


Meta = FileMeta | FolderMeta


def encode(meta: Meta) -> bytes:
    """The JSON, UTF-8, without blanks. Raises Tampered for values that `decode` would refuse."""
    members: dict[str, object] = {"v": VERSION, "name": meta.name, "mtime": meta.mtime}
    if isinstance(meta, FileMeta):
        members |= {
            "mime": meta.mime,
            "rev": meta.rev.hex(),
            "size": meta.size,
            "seg": SEGMENT,
            "root": meta.root.hex(),
        }
    _read(members, meta.type)
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def decode(data: bytes, kind: NodeType) -> Meta:
    """Read the JSON of a node of this type.

    Raises Tampered for missing, added and repeated members, floats, booleans in the place of
    integers, integers out of range, other segment sizes and names against the rules.
    """
    # RecursionError: a few thousand opening brackets are enough for it.
    with refused(ValueError, RecursionError):
        members = json.loads(data.decode(), object_pairs_hook=_without_repeats)
    return _read(members, kind)


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Tampered
    return members


def _read(members: object, kind: NodeType) -> Meta:
    expected = _FILE_MEMBERS if kind is NodeType.FILE else _FOLDER_MEMBERS
    if not isinstance(members, dict) or members.keys() != expected:
        raise Tampered
    bounded(members["v"], VERSION, least=VERSION)
    name = read_name(members["name"])
    mtime = bounded(members["mtime"], U64_MAX)
    if kind is NodeType.FOLDER:
        return FolderMeta(name=name, mtime=mtime)
    bounded(members["seg"], SEGMENT, least=SEGMENT)
    return FileMeta(
        name=name,
        mime=_mime(members["mime"]),
        mtime=mtime,
        rev=RevId(_hex(members["rev"], ID_BYTES)),
        size=bounded(members["size"], MAX_SIZE),
        root=_hex(members["root"], DIGEST),
    )


def _mime(value: object) -> str:
    if not isinstance(value, str) or len(value) > MIME_MAX or not _MIME.match(value):
        raise Tampered
    return value


def _hex(value: object, length: int) -> bytes:
    if not isinstance(value, str) or not _HEX.match(value):
        raise Tampered
    return sized(bytes.fromhex(value), length)
