"""Bodies: the length they are said to have, and JSON, bounded by DATA_UPLOAD_MAX_MEMORY_SIZE."""

import re
from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from commonkeep.errors import Malformed


def content_length(request: Request) -> int:
    """The bytes that the body is said to have. Raises Malformed where it says nothing."""
    text = request.META.get("CONTENT_LENGTH") or ""
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise Malformed(fields=[{"field": "Content-Length", "fault": "It must be said."}])
    return int(text)


class JsonParser(JSONParser):
    """DRF's, which takes a hundred thousand opening brackets for a fault of ours."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError from None
