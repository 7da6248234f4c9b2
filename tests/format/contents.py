"""A small file to seal, open and cut up, in segments of 4,096 bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from commonkeep_cli import crypto
from commonkeep_cli.crypto.stream import Buffer

from .vectors import shake

SMALL = 4096
KEY = crypto.ContentKey(shake("content key", 32))
NODE = crypto.NodeId(shake("node", 16))
REV = crypto.RevId(shake("rev", 16))


def sealer(segment: int = SMALL) -> crypto.ContentSealer:
    return crypto.ContentSealer(KEY, node=NODE, rev=REV, segment=segment)


def seal(plaintext: bytes, segment: int = SMALL) -> bytes:
    return b"".join(crypto.seal_stream(sealer(segment), [plaintext]))


def opened(
    chunks: Iterable[Buffer], *, size: int | None = None, root: bytes | None = None
) -> bytes:
    stream = crypto.open_stream(
        KEY, chunks, node=NODE, rev=REV, size=size, root=root, segment=SMALL
    )
    return b"".join(stream)


def cut(data: bytes) -> list[bytes]:
    return [data[at : at + SMALL] for at in range(0, len(data), SMALL)]


def bytewise(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 1] for at in range(len(data)))


def root_of(stored: bytes) -> bytes:
    hashes = [crypto.segment_hash(index, piece) for index, piece in enumerate(cut(stored))]
    return crypto.content_root(stored[:40], b"".join(hashes))
