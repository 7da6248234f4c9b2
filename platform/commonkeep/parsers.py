"""JSON bodies, with a limit: DRF's own parser would read one of any length into memory."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from commonkeep.errors import TooLarge


class JsonParser(JSONParser):
    """Raises TooLarge before reading; a body is never longer than its `Content-Length`."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        request = (parser_context or {})["request"]
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(request.META.get("CONTENT_LENGTH") or 0) > most:
            raise TooLarge(most=most)
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError from None
