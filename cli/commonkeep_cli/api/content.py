"""The addresses of content: uploads and their parts, batches, revisions and ranges of them."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ..crypto import NodeId, NodeRecord, RevId, Tampered, b64url
from ..crypto.segments import DIGEST, SEGMENT
from .answers import Lost
from .fields import Fields, refuse
from .transport import Api, Body

_PARTS_MOST: Final = 8192
_PART: Final = 8 * 2**20
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class HeldPart:
    """A part that the server keeps on stable storage."""

    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """A promise of room; every part has `part_size` bytes except the last."""

    part_size: int
    parts: dict[int, HeldPart]


@dataclass(frozen=True, slots=True)
class BatchItem:
    """A folder, with `content` None, or a file and its whole ciphertext."""

    record: NodeRecord
    rev: RevId | None = None
    content: Body | None = None

    @property
    def size(self) -> int:
        return 0 if self.content is None else len(self.content)

    def to_wire(self) -> dict[str, object]:
        size = None if self.content is None else self.size
        rev = None if self.rev is None else b64url(self.rev)
        return {"record": self.record.to_wire(), "rev": rev, "size": size}


def start(api: Api, *, node: NodeId, rev: RevId, parent: NodeId, size: int | None) -> Upload:
    """POST uploads. `size` is the ciphertext's, None for a stream; the same rev again answers
    the same upload, so this also continues one."""
    ids = {"node": b64url(node), "rev": b64url(rev), "parent": b64url(parent)}
    return _upload(api.json("POST", "uploads", {**ids, "size": size}), most=_part_most(size))


def _part_most(size: int | None) -> int:
    """The longest part that docs/api.md allows: whole parts are held in memory."""
    most = _PART
    while size is not None and most * _PARTS_MOST < size:
        most *= 2
    return most


def put_part(api: Api, rev: RevId, number: int, stored: Body, *, sha256: bytes) -> None:
    """PUT uploads/{rev}/parts/{n}; when it returns, the part is on stable storage there."""
    digest = base64.b64encode(sha256).decode("ascii")
    path = f"uploads/{b64url(rev)}/parts/{number}"
    api.send("PUT", path, stored, headers={"Content-Digest": f"sha-256=:{digest}:"})


def complete(api: Api, rev: RevId, record: NodeRecord, *, size: int) -> None:
    """POST uploads/{rev}/complete; after it the file is never lost. `size`: ciphertext."""
    body = {"record": record.to_wire(), "size": size}
    api.json("POST", f"uploads/{b64url(rev)}/complete", body)


def cancel(api: Api, rev: RevId) -> None:
    """DELETE uploads/{rev}: gives the promised room back."""
    api.json("DELETE", f"uploads/{b64url(rev)}")


def batch(api: Api, items: Sequence[BatchItem]) -> None:
    """POST nodes/batch: folders and small files in one transaction, parents first.

    Raises ApiProblem; its member `index` names the item that is wrong, and nothing is kept.
    """
    boundary = secrets.token_hex(16)
    body = _multipart(items, boundary)
    kind = f"multipart/form-data; boundary={boundary}"
    answer = Fields.of(api.send("POST", "nodes/batch", body, content_type=kind))
    if len(answer.list("nodes")) != len(items):
        raise refuse("nodes")


class Server:
    """Revisions as a server hands them out."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def stretch(self, rev: RevId, start: int, stop: int) -> Stretch:
        """GET revisions/{rev}: bytes start:stop, to be taken piece by piece."""
        return Stretch(self._api, rev, start, stop)

    def tree(self, rev: RevId, *, segments: int) -> bytes:
        """GET revisions/{rev}/tree: SHA-256 of every segment, as the server says."""
        with self._api.octets("GET", f"revisions/{b64url(rev)}/tree") as answer:
            return answer.read(segments * DIGEST)

    def many(self, revs: Sequence[RevId], *, size: int) -> bytes:
        """POST revisions/read: the ciphertexts back to back, `size` bytes together.

        Asked for again if the connection breaks. Raises Tampered for another length.
        """
        body = {"revs": [b64url(rev) for rev in revs]}
        for attempt in range(_TRIES):
            try:
                with self._api.octets("POST", "revisions/read", body) as answer:
                    data = answer.read(size)
                break
            except Lost:
                if attempt == _TRIES - 1:
                    raise
        if len(data) != size:
            raise Tampered
        return data


class Stretch:
    """Bytes start:stop of a revision's ciphertext, taken piece by piece.

    Where the connection breaks, the rest is asked for again.
    """

    def __init__(self, api: Api, rev: RevId, start: int, stop: int) -> None:
        self._api = api
        self._path = f"revisions/{b64url(rev)}"
        self._at = start
        self._stop = stop
        self._left = memoryview(b"")
        self._chunks = self._read()

    def take(self, length: int) -> memoryview:
        """The next bytes. Raises Tampered if the server has fewer of them, Lost if it is gone."""
        if not self._left:
            self._left = memoryview(next(self._chunks))
        if len(self._left) < length:
            self._left = memoryview(self._joined(length))
        piece, self._left = self._left[:length], self._left[length:]
        return piece

    def close(self) -> None:
        """Let go of the connection."""
        self._chunks.close()

    def _joined(self, length: int) -> bytearray:
        data = bytearray(self._left)
        while len(data) < length:
            data += next(self._chunks)
        return data

    def _read(self) -> Generator[bytes]:
        failed = 0
        while self._at < self._stop:
            before = self._at
            try:
                yield from self._answer()
            except Lost:
                failed = failed + 1 if self._at == before else 0
                if failed == _TRIES:
                    raise
            else:
                break
        raise Tampered

    def _answer(self) -> Iterator[bytes]:
        last = self._stop - 1
        with self._api.octets("GET", self._path, first=self._at, last=last) as answer:
            for chunk in answer.chunks(SEGMENT):
                self._at += len(chunk)
                if self._at > self._stop:
                    raise Tampered
                yield chunk


def _multipart(items: Sequence[BatchItem], boundary: str) -> bytes:
    nodes = json.dumps({"nodes": [item.to_wire() for item in items]}).encode()
    pieces: list[Body] = [_head(boundary, "nodes", "application/json"), nodes]
    contents = [item.content for item in items if item.content is not None]
    if contents:
        pieces.append(b"\r\n")
        pieces.append(_head(boundary, 'content"; filename="content', "application/octet-stream"))
        pieces.extend(contents)
    pieces.append(f"\r\n--{boundary}--\r\n".encode())
    return b"".join(pieces)


def _head(boundary: str, name: str, kind: str) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    return f"--{boundary}\r\n{disposition}\r\nContent-Type: {kind}\r\n\r\n".encode()


def _upload(value: object, *, most: int) -> Upload:
    found = Fields.of(value)
    part_size = found.number("part_size", least=SEGMENT, most=most)
    if part_size % SEGMENT:
        raise refuse("part_size")
    parts = [Fields.of(part) for part in found.list("parts")]
    held = {
        part.number("n", most=_PARTS_MOST): HeldPart(
            part.number("size"), part.data("sha256", length=DIGEST)
        )
        for part in parts
    }
    return Upload(part_size, held)
