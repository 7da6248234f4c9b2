"""How values travel in JSON: base64url without padding, one spelling only, and strict shapes.

Shared by every API of the house. An id is 16 bytes; a box, hash, key or signature is bytes whose
length a field fixes or bounds; a time is whole milliseconds; a u32 or u64 is a plain number.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import register_converter
from rest_framework import serializers
from rest_framework.request import Request

U32_MAX = 2**32 - 1
U53_MAX = 2**53 - 1  # what a JavaScript number holds exactly
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def encode(data: bytes | memoryview) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of `text`; ValueError for anything that `encode` would not have written."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("not base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if encode(data) != text:
        raise ValueError("not the one spelling of these bytes")
    return data


def encode_id(value: UUID) -> str:
    return encode(value.bytes)


def decode_id(text: str) -> UUID:
    return UUID(bytes=decode(text))


def milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


class BytesField(serializers.Field[bytes, str, str, Any]):
    """base64url text for bytes of `least` to `most`; `length` fixes both."""

    default_error_messages = {"bytes": "Not base64url without padding, or not of the right length."}

    def __init__(
        self, *, length: int | None = None, least: int = 0, most: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.least = least if length is None else length
        self.most = most if length is None else length

    def to_internal_value(self, data: Any) -> bytes:
        value = self._decoded(data)
        if value is None or not self.least <= len(value) <= self.most:
            self.fail("bytes")
        return value

    def _decoded(self, data: Any) -> bytes | None:
        if not isinstance(data, str) or len(data) > (self.most * 4 + 2) // 3:
            return None
        try:
            return decode(data)
        except ValueError:
            return None

    def to_representation(self, value: bytes | memoryview) -> str:
        return encode(value)


class IdField(serializers.Field[UUID, str, str, Any]):
    """base64url text, 22 characters, for an id of 16 bytes."""

    default_error_messages = {"id": "Not an id: 16 bytes as 22 characters of base64url."}

    def to_internal_value(self, data: Any) -> UUID:
        try:
            return decode_id(data)
        except (TypeError, ValueError):
            self.fail("id")

    def to_representation(self, value: UUID) -> str:
        return encode_id(value)


class NumberField(serializers.Field[int, int, int, Any]):
    """A JSON whole number in a range; unlike DRF's own it takes neither text nor true nor 1.0."""

    default_error_messages = {"number": "Not a whole number from {least} to {most}."}

    def __init__(self, *, least: int = 0, most: int = U53_MAX, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int or not self.least <= data <= self.most:
            self.fail("number", least=self.least, most=self.most)
        return int(data)

    def to_representation(self, value: int) -> int:
        return value


class TimeField(serializers.Field[datetime, int, int, Any]):
    """Milliseconds since 1970, read only."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: datetime) -> int:
        return milliseconds(value)


class Shape(serializers.Serializer[Any]):
    """A JSON object that refuses members it does not know."""

    default_error_messages = {"unknown": "This member is not known here."}

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """The members of a request's body; DRF's ValidationError, which is `malformed`."""
        shape = cls(data=request.data)
        shape.is_valid(raise_exception=True)
        return dict(shape.validated_data)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [str(name) for name in data if name not in self.fields]
            if unknown:
                message = self.error_messages["unknown"]
                raise serializers.ValidationError({name: [message] for name in unknown[:10]})
        return super().to_internal_value(data)


class IdConverter:
    """`<id:node>` in a path. What is no id is an unknown address, so it meets the same 404."""

    regex = "[A-Za-z0-9_-]{22}"

    def to_python(self, value: str) -> UUID:
        return decode_id(value)

    def to_url(self, value: UUID) -> str:
        return encode_id(value)


register_converter(IdConverter, "id")
