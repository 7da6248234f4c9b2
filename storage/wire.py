"""Rows as the JSON that travels; by hand, because a page holds up to a thousand nodes."""

from typing import Any
from uuid import UUID

from commonkeep.wire import encode, encode_id, milliseconds
from storage import record as records
from storage.models import Node, Upload
from storage.record import Record


def record_json(record: Record) -> dict[str, Any]:
    return {
        "node": encode_id(record.node),
        "parent": encode_id(record.parent),
        "type": record.type,
        "gen": record.gen,
        "ver": record.ver,
        "key_box": encode(record.key_box),
        "meta_box": encode(record.meta_box),
        "tag": encode(record.tag),
        "author": encode_id(record.author),
        "author_gen": record.author_gen,
        "sig": encode(record.sig),
    }


def node_json(node: Node) -> dict[str, Any]:
    return {
        "record": record_json(records.of_node(node)),
        "rev": _id_or_none(node.current_id),
        "size": node.current.size if node.current else None,
        "change": node.change,
        "trashed_at": milliseconds(node.trashed_at) if node.trashed_at else None,
    }


def upload_json(upload: Upload) -> dict[str, Any]:
    return {
        "rev": encode_id(upload.rev),
        "node": encode_id(upload.node),
        "size": upload.size,
        "part_size": upload.part_size,
        "expires_at": milliseconds(upload.expires_at),
    }


def _id_or_none(value: UUID | None) -> str | None:
    return None if value is None else encode_id(value)
