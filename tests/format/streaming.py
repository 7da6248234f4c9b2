"""What the vectors of streams are run through."""

from __future__ import annotations

from commonkeep_cli import crypto
from commonkeep_cli.crypto import encoding

from .vectors import Vector, shake, unbase64, unhex


def _stream(vector: Vector) -> tuple[crypto.ContentKey, crypto.NodeId, crypto.RevId]:
    """Key, node and revision; the last two stand in the associated data."""
    key, context = unhex(vector, "key", "ad")
    node, rev = crypto.NodeId(context[33:49]), crypto.RevId(context[53:69])
    segment = int.from_bytes(context[73:77], "big")
    assert crypto.stream.stream_context(node, rev, segment=segment) == context
    return crypto.ContentKey(key), node, rev


def _seal(vector: Vector, header: bytes, plaintext: bytes) -> bytes:
    key, node, rev = _stream(vector)
    sealer = crypto.ContentSealer(key, node=node, rev=rev, header=header, segment=vector["segment"])
    return b"".join(crypto.seal_stream(sealer, [plaintext]))


def run_stream(vector: Vector) -> None:
    key, node, rev = _stream(vector)
    stored, segment = unbase64(vector, "ct"), vector["segment"]
    pieces = crypto.open_stream(key, [stored], node=node, rev=rev, segment=segment)
    plaintext = b"".join(pieces)
    assert len(plaintext) == vector["pt_len"]
    assert encoding.sha256(plaintext).hex() == vector["pt_sha256"]
    assert crypto.segments.ct_len(len(plaintext), segment=segment) == len(stored)
    assert crypto.segments.size_from_ct_len(len(stored), segment=segment) == len(plaintext)
    assert _seal(vector, stored[:40], plaintext) == stored


def run_stream_range(vector: Vector) -> None:
    key, node, rev = _stream(vector)
    stored, segment = unbase64(vector, "ct"), vector["segment"]
    size = crypto.segments.size_from_ct_len(len(stored), segment=segment)
    opener = crypto.ContentOpener(key, node=node, rev=rev, header=stored[:40], segment=segment)
    for start, stop, digest in vector["ranges"]:
        cover = crypto.segments.cover(start, stop, size, segment=segment)
        fetched = stored[cover.ct_start : cover.ct_stop]
        plaintext = b"".join(crypto.open_range(opener, [fetched], cover=cover))
        assert encoding.sha256(plaintext).hex() == digest


def run_stream_generate(vector: Vector) -> None:
    plaintext = shake(vector["pt_shake256_of"], vector["pt_len"])
    assert encoding.sha256(plaintext).hex() == vector["pt_sha256"]
    header, root = unhex(vector, "header", "content_root")
    stored = _seal(vector, header, plaintext)
    assert (len(stored), encoding.sha256(stored).hex()) == (vector["ct_len"], vector["ct_sha256"])
    key, node, rev = _stream(vector)
    opened = crypto.open_stream(key, [stored], node=node, rev=rev, size=len(plaintext), root=root)
    assert b"".join(opened) == plaintext
