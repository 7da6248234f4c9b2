"""Shapes of records, nodes, revisions and uploads, in and out."""

from typing import Any

from rest_framework import serializers

from commonkeep.wire import (
    U32_MAX,
    BytesField,
    IdField,
    NumberField,
    Shape,
    TimeField,
    encode,
    encode_id,
    milliseconds,
)
from storage import record as records
from storage.models import Node, Revision, Upload
from storage.record import Record
from storage.wire import node_json, record_json, upload_json

KEY_BOX = 105
LEAST_META_BOX, MOST_META_BOX = 585, 4_169
MOST_THUMB = 64 * 1024


class RecordShape(Shape):
    node = IdField()
    parent = IdField()  # type: ignore[assignment]  # a member; DRF takes it off the class
    type = NumberField(least=1, most=2)
    gen = NumberField(least=1, most=U32_MAX)
    ver = NumberField(least=1)
    key_box = BytesField(length=KEY_BOX)
    meta_box = BytesField(least=LEAST_META_BOX, most=MOST_META_BOX)
    tag = BytesField(length=16)
    author = IdField()
    author_gen = NumberField(least=1, most=U32_MAX)
    sig = BytesField(length=64)

    def to_internal_value(self, data: Any) -> Record:
        return Record(**super().to_internal_value(data))

    def to_representation(self, instance: Record) -> dict[str, Any]:
        return record_json(instance)


class NodeShape(Shape):
    record = RecordShape()
    rev = IdField(allow_null=True)
    size = NumberField(allow_null=True)
    change = NumberField()
    trashed_at = TimeField(allow_null=True)

    def to_representation(self, instance: Node) -> dict[str, Any]:
        return node_json(instance)


class RevisionShape(Shape):
    rev = IdField()
    size = NumberField()
    created_at = TimeField()
    record = RecordShape()
    current = serializers.BooleanField()

    def to_representation(self, instance: Revision) -> dict[str, Any]:
        return {
            "rev": encode_id(instance.id),
            "size": instance.size,
            "created_at": milliseconds(instance.created_at),
            "record": record_json(records.of_revision(instance)),
            "current": instance.node.current_id == instance.id,
        }


class PartShape(Shape):
    n = NumberField()
    size = NumberField()
    sha256 = BytesField(length=32)


class UploadShape(Shape):
    rev = IdField()
    node = IdField()
    size = NumberField(allow_null=True)
    part_size = NumberField()
    expires_at = TimeField()

    def to_representation(self, instance: Upload) -> dict[str, Any]:
        return upload_json(instance)


class UploadWithPartsShape(UploadShape):
    parts = PartShape(many=True)

    def to_representation(self, instance: Upload) -> dict[str, Any]:
        held = instance.parts.order_by("n").values_list("n", "blob__size", "blob__sha256")
        parts = [
            {"n": n, "size": size, "sha256": encode(sha256 or b"")} for n, size, sha256 in held
        ]
        return upload_json(instance) | {"parts": parts}
