"""What drf-spectacular cannot see by itself: our fields, and the shape of every refusal."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension

from commonkeep import wire

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details; docs/api.md lists each code and its members.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "hint": {"type": "string"},
        "lost": {"type": "string"},
    },
    "required": ["type", "title", "status", "code", "detail", "hint", "lost"],
}


def with_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: any operation may answer a problem instead of what it is for."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
    answer = {"description": "A refusal.", "content": {"application/problem+json": reference}}
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = answer
    return result


class BytesFieldExtension(OpenApiSerializerFieldExtension):
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


class IdFieldExtension(OpenApiSerializerFieldExtension):
    target_class = wire.IdField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$", "contentEncoding": "base64url"}


class NumberFieldExtension(OpenApiSerializerFieldExtension):
    target_class = wire.NumberField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        field: wire.NumberField = self.target
        return {"type": "integer", "minimum": field.least, "maximum": field.most}


class TimeFieldExtension(OpenApiSerializerFieldExtension):
    target_class = wire.TimeField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"type": "integer", "description": "Milliseconds since 1970."}


def _base64_length(size: int) -> int:
    return (size * 4 + 2) // 3
