"""Alice's drive as a client sees it: sealed files in, over HTTP, with the real format."""

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

from django.test import Client

from commonkeep_cli import crypto
from tests.people import Person

PART = 8 * 1024 * 1024
OCTETS = "application/octet-stream"


class Sealed:
    """A file's content, sealed for a new node or, with `of`, as a new revision of one."""

    def __init__(self, content: bytes, *, of: crypto.Node | None = None) -> None:
        self.node = of.id if of else crypto.node.new_id()
        self.key = of.key if of else crypto.NodeKey.random()
        self.rev = crypto.RevId(crypto.random_id())
        self.size = len(content)
        sealer = crypto.ContentSealer(crypto.content_key(self.key), node=self.node, rev=self.rev)
        self.bytes = b"".join(crypto.seal_stream(sealer, [content]))

    def meta(self, name: str) -> crypto.FileMeta:
        return crypto.FileMeta(
            name=name,
            mime="application/octet-stream",
            mtime=1_700_000_000_000,
            rev=self.rev,
            size=self.size,
            root=hashlib.sha256(self.bytes).digest(),
        )

    @property
    def parts(self) -> list[bytes]:
        return [self.bytes[at : at + PART] for at in range(0, len(self.bytes), PART)]


class DriveClient:
    """One person's requests; answers are Django's, JSON ones are read by `.json()`."""

    def __init__(self, client: Client, person: Person) -> None:
        self._client = client
        self.person = person
        self.identity = person.identity
        self.root = crypto.node.root(person.amk, user=person.user)

    def get(self, path: str, **headers: str) -> Any:
        return self._client.get(f"/api/v1/{path}", headers=self.person.headers | headers)

    def post(self, path: str, body: object = None) -> Any:
        return self._send("post", path, body)

    def put(self, path: str, body: object) -> Any:
        return self._send("put", path, body)

    def delete(self, path: str) -> Any:
        return self._client.delete(f"/api/v1/{path}", headers=self.person.headers)

    def _send(self, method: str, path: str, body: object) -> Any:
        call = getattr(self._client, method)
        return call(
            f"/api/v1/{path}",
            data=json.dumps({} if body is None else body),
            content_type="application/json",
            headers=self.person.headers,
        )

    # ── making things ──

    def folder(self, name: str, *, into: crypto.Folder | None = None) -> crypto.Node:
        meta = crypto.FolderMeta(name=name, mtime=1_700_000_000_000)
        return crypto.node.create(meta, folder=into or self.root, author=self.identity)

    def file(self, sealed: Sealed, name: str, *, into: crypto.Folder | None = None) -> crypto.Node:
        return crypto.node.create(
            sealed.meta(name),
            folder=into or self.root,
            author=self.identity,
            id=sealed.node,
            key=sealed.key,
        )

    def new_content(
        self, node: crypto.Node, sealed: Sealed, *, into: crypto.Folder | None = None
    ) -> crypto.Node:
        return crypto.node.update(
            node,
            sealed.meta(node.meta.name),
            folder=into or self.root,
            author=self.identity,
        )

    # ── sending them ──

    def batch(self, *items: tuple[crypto.Node, Sealed | None]) -> Any:
        nodes = [
            {
                "record": node.record.to_wire(),
                "rev": crypto.b64url(sealed.rev) if sealed else None,
                "size": len(sealed.bytes) if sealed else None,
            }
            for node, sealed in items
        ]
        content = b"".join(sealed.bytes for _, sealed in items if sealed)
        return self.raw_batch({"nodes": nodes}, content)

    def raw_batch(self, document: object, content: bytes = b"") -> Any:
        body = _multipart(json.dumps(document).encode(), content)
        return self._client.post(
            "/api/v1/nodes/batch",
            data=body,
            content_type="multipart/form-data; boundary=cut",
            headers=self.person.headers,
        )

    def start(self, sealed: Sealed, *, into: crypto.Folder | None = None, **changes: Any) -> Any:
        body = {
            "node": crypto.b64url(sealed.node),
            "rev": crypto.b64url(sealed.rev),
            "parent": crypto.b64url((into or self.root).id),
            "size": len(sealed.bytes),
        }
        return self.post("uploads", body | changes)

    def part(
        self,
        sealed: Sealed,
        n: int,
        data: bytes | None = None,
        *,
        label: str | None = None,
    ) -> Any:
        """Send part `n`, or `data` in its place; `label` replaces the right Content-Digest."""
        data = sealed.parts[n] if data is None else data
        label = digest_label(data) if label is None else label
        return self._client.put(
            f"/api/v1/uploads/{crypto.b64url(sealed.rev)}/parts/{n}",
            data=data,
            content_type=OCTETS,
            headers=self.person.headers | {"Content-Digest": label},
        )

    def complete(self, sealed: Sealed, node: crypto.Node, **changes: Any) -> Any:
        body = {"record": node.record.to_wire(), "size": len(sealed.bytes)}
        return self.post(f"uploads/{crypto.b64url(sealed.rev)}/complete", body | changes)

    def upload(
        self, content: bytes, name: str, *, into: crypto.Folder | None = None
    ) -> tuple[crypto.Node, Sealed]:
        """The whole way of a large file; asserts that each step was taken."""
        sealed = Sealed(content)
        assert self.start(sealed, into=into).status_code == 201
        for n in range(len(sealed.parts)):
            assert self.part(sealed, n).status_code == 204
        node = self.file(sealed, name, into=into)
        assert self.complete(sealed, node).status_code == 200
        return node, sealed

    def small(
        self, content: bytes, name: str, *, into: crypto.Folder | None = None
    ) -> tuple[crypto.Node, Sealed]:
        """A small file by a batch of one."""
        sealed = Sealed(content)
        node = self.file(sealed, name, into=into)
        assert self.batch((node, sealed)).status_code == 200
        return node, sealed

    def made(self, name: str, *, into: crypto.Folder | None = None) -> crypto.Node:
        """A folder that is there."""
        node = self.folder(name, into=into)
        assert self.batch((node, None)).status_code == 200
        return node

    # ── reading ──

    def content(self, sealed: Sealed, **headers: str) -> bytes:
        answer = self.get(f"revisions/{crypto.b64url(sealed.rev)}", **headers)
        assert answer.status_code in (200, 206)
        return body_of(answer)

    def names(self, folder: crypto.Folder | None = None) -> set[str]:
        """Every name in a folder, as a client reads them."""
        folder = folder or self.root
        items = self.get(f"nodes/{crypto.b64url(folder.id)}/children").json()["items"]
        return {self.opened(item, folder).meta.name for item in items}

    def opened(self, item: dict[str, Any], folder: crypto.Folder) -> crypto.Node:
        record = crypto.NodeRecord.from_wire(item["record"])
        return crypto.node.open(record, folder=folder, authors=[self.identity.author])

    def used(self) -> int:
        return int(self.get("drive").json()["used"])

    def reserved(self) -> int:
        return int(self.get("drive").json()["reserved"])


def path(node: crypto.Node | crypto.NodeId) -> str:
    return f"nodes/{crypto.b64url(node.id if isinstance(node, crypto.Node) else node)}"


def resigned(node: crypto.Node, **changes: Any) -> dict[str, object]:
    """The record's JSON with members changed after it was signed."""
    return replace(node.record, **changes).to_wire()


def digest_label(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def _multipart(nodes: bytes, content: bytes) -> bytes:
    parts = [b'--cut\r\nContent-Disposition: form-data; name="nodes"\r\n\r\n' + nodes]
    if content:
        parts.append(
            b'--cut\r\nContent-Disposition: form-data; name="content"; filename="content"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n" + content
        )
    return b"\r\n".join([*parts, b"--cut--\r\n"])
