"""docs/format.md: its worked example holds, and its table of vectors is complete."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from commonkeep_cli import crypto
from commonkeep_cli.crypto import encoding

from .vectors import load

PAGE = (Path(__file__).parents[2] / "docs" / "format.md").read_text("utf-8")

AMK = crypto.AccountKey(bytes(range(32)))
USER = crypto.UserId(bytes(range(0xA0, 0xB0)))
NODE = crypto.NodeId(bytes(range(0xB0, 0xC0)))
REV = crypto.RevId(bytes(range(0xC0, 0xD0)))
LINK = crypto.LinkId(bytes(range(0xD0, 0xE0)))
KEY = crypto.NodeKey(bytes(range(0x20, 0x40)))
HEADER = b"\x28" + bytes(range(39))


def row(name: str) -> str:
    found = re.search(rf"^\| {re.escape(name)} \| `([^`]+)` \|$", PAGE, re.MULTILINE)
    assert found, name
    return found[1]


def test_the_account_of_the_example() -> None:
    me = crypto.identity.derive(AMK, user=USER)
    root = crypto.node.root(AMK, user=USER)
    assert row("AMK") == AMK.raw.hex()
    assert row("user, so also the id of the root") == root.id.hex()
    assert row("key of the root folder") == root.key.raw.hex()
    assert row('its KD "children"') == encoding.kd(root.key.raw, "children").hex()
    assert row("ed_pk, generation 1") == me.author.ed_pk.hex()
    assert row("SHA-256 of xw_pk") == encoding.sha256(me.contact.xw_pk).hex()
    assert row("fingerprint") == me.contact.fingerprint.hex()
    assert row("shown as") == crypto.identity.show(me.contact.fingerprint)


def test_the_content_of_the_example() -> None:
    key = crypto.content_key(KEY)
    sealer = crypto.ContentSealer(key, node=NODE, rev=REV, header=HEADER)
    stored = sealer.seal(0, b"hello", last=True)
    assert row("node") == NODE.hex()
    assert row("NK") == KEY.raw.hex()
    assert row('KD "content"') == key.raw.hex()
    assert row("rev") == REV.hex()
    assert row("associated data") == crypto.stream.stream_context(NODE, REV).hex()
    assert row("header") == HEADER.hex()
    assert row("stored") == stored.hex()
    assert row("root") == crypto.content_root(HEADER, crypto.segment_hash(0, stored)).hex()


def test_the_record_of_the_example_opens() -> None:
    found = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert found
    record = crypto.NodeRecord.from_wire(json.loads(found[1]))
    author = crypto.identity.derive(AMK, user=USER).author
    node = crypto.node.open(record, folder=crypto.node.root(AMK, user=USER), authors=[author])
    assert (node.id, node.key) == (NODE, KEY)
    root = bytes.fromhex(row("root"))
    assert node.meta == crypto.FileMeta("hello.txt", "text/plain", 1_700_000_000_000, REV, 5, root)


def test_the_fragment_of_the_example() -> None:
    secret = crypto.LinkSecret(0, bytes(range(32)))
    assert f"`{crypto.link.write_fragment(secret, link=LINK)}`" in PAGE


def test_the_table_counts_every_kind_of_vector() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\d+) \| (\d+) \|", PAGE, re.MULTILINE)
    told = {(kind, "ok"): int(ok) for kind, ok, _ in rows}
    told |= {(kind, "reject"): int(reject) for kind, _, reject in rows}
    counted = Counter((v["kind"], v["expect"]) for v in load("commonkeep-v1.json"))
    assert counted == +Counter(told)
