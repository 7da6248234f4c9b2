"""What drf-spectacular cannot see by itself: our fields, and the shape of every refusal."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from commonkeep import wire


class ProblemSchema(AutoSchema):
    """Adds the one problem shape as the `default` answer of every operation."""

    def get_response_serializers(self) -> Any:
        found: Any = super().get_response_serializers()
        answers = found if isinstance(found, dict) else {"200": found}
        return {**answers, "default": ProblemShape}


class ProblemShape(serializers.Serializer[Any]):
    """RFC 9457 problem details; a code's further members are listed in docs/api.md."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    hint = serializers.CharField()
    lost = serializers.CharField()


class BytesFieldExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = wire.BytesField
    match_subclasses = True  # apps name their own: a token, an auth key

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        field: wire.BytesField = self.target
        return {
            "type": "string",
            "contentEncoding": "base64url",
            "pattern": "^[A-Za-z0-9_-]*$",
            "minLength": _base64_length(field.least),
            "maxLength": _base64_length(field.most),
        }


class IdFieldExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = wire.IdField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$", "contentEncoding": "base64url"}


class NumberFieldExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = wire.NumberField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        field: wire.NumberField = self.target
        return {"type": "integer", "minimum": field.least, "maximum": field.most}


class TimeFieldExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = wire.TimeField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"type": "integer", "description": "Milliseconds since 1970."}


def _base64_length(size: int) -> int:
    return (size * 4 + 2) // 3
