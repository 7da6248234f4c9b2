"""Rows against bytes, both ways: what is recorded and not there, there and not recorded, or counted
wrongly. It only looks; nothing is changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Length
from django.utils import timezone

from commonkeep.blobs import (
    BlobStore,
    Checked,
    HashMismatch,
    LengthMismatch,
    Missing,
    dock,
    require_key,
    vault,
)
from storage.models import Blob, Drive, Extent, Node, Revision, Upload
from storage.services import blobs, drives, quota

# A part under way has bytes before its row says so, and an upload lives for a week.
YOUNG = timedelta(days=8)
CHUNK = 1024 * 1024
STEP = 1000


@dataclass(frozen=True)
class Finding:
    """`kind` is stable; `what` names the row or key; `harm` says whether anybody lost anything."""

    kind: str
    what: str
    harm: bool


def check(*, deep: bool = False, young: timedelta = YOUNG) -> Iterator[Finding]:
    """Everything that does not fit together. `deep` reads every byte against its SHA-256; bytes
    without a row count only when they are older than `young`."""
    yield from _blobs(deep)
    yield from _strays("dock", dock(), young)
    yield from _strays("vault", vault(), young)
    yield from _revisions()
    yield from _pointless_blobs()
    yield from _drives()


def _blobs(deep: bool) -> Iterator[Finding]:
    for blob in Blob.objects.filter(state="stored").iterator(STEP):
        try:
            fault = _fault(blob) if deep else _size_fault(blob)
        except Missing:
            fault = "blob-missing"
        if fault and _still_stored(blob):
            yield Finding(fault, f"{blob.store} {blob.key}", harm=True)


def _still_stored(blob: Blob) -> bool:
    """Or did it settle, or was it removed, since this began?"""
    return Blob.objects.filter(pk=blob.pk, state="stored").exists()


def _size_fault(blob: Blob) -> str | None:
    return None if blobs.store_of(blob).size(blob.key) == blob.size else "blob-wrong-size"


def _fault(blob: Blob) -> str | None:
    if fault := _size_fault(blob):
        return fault
    window = blobs.store_of(blob).open(blob.key)
    try:
        source = Checked(window, size=blob.size, sha256=bytes(blob.sha256 or b""))
        while source.read(CHUNK):
            pass
    except (HashMismatch, LengthMismatch):
        return "blob-damaged"
    finally:
        window.close()
    return None


def _strays(name: str, store: BlobStore, young: timedelta) -> Iterator[Finding]:
    before = timezone.now() - young
    for found in store.list():
        if found.modified < before and not _has_row(name, found.key):
            yield Finding("bytes-without-row", f"{name} {found.key}", harm=False)


def _has_row(store: str, key: str) -> bool:
    try:
        return Blob.objects.filter(pk=UUID(hex=require_key(key)), store=store).exists()
    except ValueError:  # nothing that we put there
        return False


def _revisions() -> Iterator[Finding]:
    """Extents must lie inside stored blobs and add up to the revision's size."""
    total = Coalesce(Sum("extents__length"), Value(0))
    for revision in Revision.objects.annotate(total=total).exclude(total=F("size")):
        yield Finding("revision-incomplete", revision.id.hex, harm=True)
    outside = Q(offset__lt=0) | Q(blob__size__lt=F("offset") + F("length"))
    for extent in Extent.objects.filter(outside | ~Q(blob__state="stored")):
        yield Finding("extent-points-nowhere", extent.revision_id.hex, harm=True)


def _pointless_blobs() -> Iterator[Finding]:
    """Stored, but neither in a file nor in an upload: room that nobody will give back."""
    for blob in blobs.unused().filter(state="stored").iterator(STEP):
        yield Finding("blob-unused", f"{blob.store} {blob.key}", harm=False)


def _drives() -> Iterator[Finding]:
    """`used` and `reserved` must be the sums of the rows."""
    for drive in Drive.objects.iterator(STEP):
        if _miscounted(drive):
            with drives.locked(drive.pk) as still:  # or did it change while it was summed up?
                found = _miscounted(still)
            yield from found


def _miscounted(drive: Drive) -> list[Finding]:
    found = []
    if drive.used != _used(drive):
        found.append(Finding("used-is-wrong", drive.pk.hex, harm=False))
    if drive.reserved != _total(Upload.objects.filter(drive=drive), F("reserved")):
        found.append(Finding("reserved-is-wrong", drive.pk.hex, harm=False))
    return found


def _used(drive: Drive) -> int:
    nodes = Node.objects.filter(drive=drive, parent__isnull=False)
    revisions = Revision.objects.filter(node__drive=drive)
    weight = F("size") + Coalesce(Length("thumb"), Value(0))
    return quota.ROW * (nodes.count() + revisions.count()) + _total(revisions, weight)


def _total(rows: QuerySet[Any], weight: Combinable) -> int:
    return int(rows.aggregate(total=Sum(weight))["total"] or 0)
