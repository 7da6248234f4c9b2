"""Lists are pages: `?after=<cursor>&limit=<1…1000>` answers `{"items": […], "next": …}`.

A cursor is the key of the last item, so a page costs the same wherever it begins, and stays valid
while things change. Clients must not look into it.
"""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from commonkeep.errors import Malformed
from commonkeep.wire import decode_id, encode_id

Row = TypeVar("Row", bound=Model)

MOST = 1000
USUAL = 200

PARAMETERS = [
    OpenApiParameter("after", str, description="The `next` of the page before."),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST}),
]


def limit_of(request: Request) -> int:
    text = request.query_params.get("limit", str(USUAL))
    if text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST:
        return int(text)
    raise Malformed(fields=[{"field": "limit", "fault": f"Not a number from 1 to {MOST}."}])


def page_by_id(request: Request, rows: QuerySet[Row]) -> tuple[list[Row], str | None]:
    """One page of rows whose primary key is a UUID, in its order, and the next cursor."""
    limit = limit_of(request)
    if after := request.query_params.get("after"):
        rows = rows.filter(pk__gt=_cursor(after))
    found = list(rows.order_by("pk")[: limit + 1])
    return found[:limit], encode_id(found[limit - 1].pk) if len(found) > limit else None


def page_downwards(
    request: Request, rows: QuerySet[Row], *, by: str
) -> tuple[list[Row], str | None]:
    """One page of rows by a number that each has for itself, the largest first, and the cursor."""
    limit = limit_of(request)
    if after := request.query_params.get("after"):
        rows = rows.filter(**{f"{by}__lt": number_of(after, field="after")})
    found = list(rows.order_by(f"-{by}")[: limit + 1])
    return found[:limit], str(getattr(found[limit - 1], by)) if len(found) > limit else None


def number_of(text: str, *, field: str) -> int:
    """A whole number out of an address, not negative. Raises Malformed."""
    if text.isascii() and text.isdigit() and len(text) <= 16:
        return int(text)
    raise Malformed(fields=[{"field": field, "fault": "Not a number of this list."}])


def page_shape(name: str, item: serializers.Serializer[Any]) -> Any:
    """The shape of a page, for the OpenAPI document."""
    return inline_serializer(name, {"items": item, "next": serializers.CharField(allow_null=True)})


def _cursor(text: str) -> UUID:
    try:
        return decode_id(text)
    except ValueError:
        raise Malformed(
            fields=[{"field": "after", "fault": "Not a cursor of this list."}]
        ) from None
