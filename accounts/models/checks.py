"""CHECK constraints on the length of what is held as bytes."""

from django.db.models import CheckConstraint
from django.db.models.functions import Length
from django.db.models.lookups import Exact


def exactly(column: str, length: int, *, name: str) -> CheckConstraint:
    """`column` has `length` bytes, or is null."""
    return CheckConstraint(condition=Exact(Length(column), length), name=name)
