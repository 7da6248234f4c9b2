"""Opening, signing and changing records, the way the tests of records need it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from commonkeep_cli import crypto
from commonkeep_cli.crypto import signature

from .people import ALICE, Person


def open_at_home(
    record: crypto.NodeRecord, person: Person = ALICE, seen: crypto.Mark | None = None
) -> crypto.Node:
    return crypto.node.open(record, folder=person.root, authors=[person.author], seen=seen)


def signed_by(person: Person, record: crypto.NodeRecord) -> crypto.NodeRecord:
    """The record as this person would sign it, boxes and all."""
    identity = person.identity
    named = replace(record, author=identity.author.user, author_gen=identity.author.gen)
    return replace(named, sig=signature.sign(identity.signing, "node", *named.signed_fields()))


def changed(record: crypto.NodeRecord, name: str, value: bytes) -> crypto.NodeRecord:
    members: dict[str, Any] = {name: value}
    return replace(record, **members)
