"""What nobody needs any more goes: ended uploads, condemned bytes, old versions, old tombstones.

It walks rows, never listings of a store; bytes without a row are what `manage.py fsck` looks for.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from commonkeep.blobs import StoreAway
from storage.models import Blob, Drive, Revision, Tombstone, Upload
from storage.services import blobs, drives, purge, uploads

log = logging.getLogger(__name__)

STEP = 1000
FORGOTTEN_PROMISE = timedelta(days=1)
ENDED_UPLOAD_SHOWN = timedelta(days=30)
TOMBSTONE_KEPT = timedelta(days=90)
VERSIONS_KEPT = 10
VERSION_KEPT = timedelta(days=30)


def reap(now: datetime | None = None) -> None:
    """One round over everything; safe at any time and any number of times."""
    now = now or timezone.now()
    _end_uploads(now)
    _drop_old_versions(now)
    _forget_tombstones(now)
    _bury_blobs(now)


def _end_uploads(now: datetime) -> None:
    expired = Upload.objects.filter(expires_at__lte=now)
    for upload in expired.exclude(reserved=0, parts=None)[:STEP]:
        with drives.locked(upload.drive_id):
            uploads.end(upload.rev)
    expired.filter(expires_at__lte=now - ENDED_UPLOAD_SHOWN, reserved=0, parts=None).delete()


def _bury_blobs(now: datetime) -> None:
    for blob in _to_bury(now)[:STEP]:
        try:
            _bury(blob)
        except StoreAway as error:
            log.error("blob %s stays for now: %s", blob.key, error)
            # To the end of the row, so that the next round begins with another one.
            Blob.objects.filter(pk=blob.pk).update(changed_at=timezone.now())
            return


def _bury(blob: Blob) -> None:
    """Bytes first, then the row: a crash between leaves a row, which comes up again."""
    row = Blob.objects.filter(pk=blob.pk)
    # A promise may be kept at this very moment; this and `blobs.keep` cannot both find it.
    if row.filter(state=blob.state).update(state=Blob.State.CONDEMNED):
        blobs.store_of(blob).delete(blob.key)
        row.delete()


def _to_bury(now: datetime) -> QuerySet[Blob]:
    """Nothing that is pointed at, whatever its state says: bytes do not come back."""
    condemned = Q(state="condemned")
    promised = Q(state="promised", changed_at__lte=now - FORGOTTEN_PROMISE)
    rows = blobs.unused().filter(condemned | promised)
    # In the words of the index `blob_to_reap`, which SQLite uses for no others.
    due = rows.filter(~Q(state="stored"), changed_at__lte=now - blobs.GRACE)
    return due.order_by("changed_at")


def _drop_old_versions(now: datetime) -> None:
    """Those that are neither the current one, nor among the last ten, nor young."""
    for drive_id, revs in _old_versions(now):
        with drives.locked(drive_id) as drive:
            rows = Revision.objects.filter(pk__in=revs, current_of=None)
            purge.drop_revisions(drive, list(rows))


def _old_versions(now: datetime) -> Iterator[tuple[UUID, list[UUID]]]:
    counted = Revision.objects.values("node").annotate(number=Count("pk"))
    crowded = counted.filter(number__gt=VERSIONS_KEPT).values("node")
    surplus = (
        Revision.objects.filter(node__in=crowded)
        .annotate(rank=Window(RowNumber(), partition_by=F("node"), order_by=F("ver").desc()))
        .filter(rank__gt=VERSIONS_KEPT)
        .values_list("node__drive", "id", "created_at")
    )
    by_drive: dict[UUID, list[UUID]] = {}
    for drive_id, rev, created_at in surplus.iterator():
        if created_at <= now - VERSION_KEPT:
            by_drive.setdefault(drive_id, []).append(rev)
    for drive_id, revs in by_drive.items():
        yield drive_id, revs[:STEP]


def _forget_tombstones(now: datetime) -> None:
    """The feed then begins after the last one forgotten; a client from before lists anew."""
    old = Tombstone.objects.filter(purged_at__lte=now - TOMBSTONE_KEPT)
    for row in old.values("drive").annotate(last=Max("change")):
        with drives.locked(row["drive"]):
            # Two at once may have counted differently; the feed never begins earlier again.
            drive = Drive.objects.filter(pk=row["drive"], feed_start__lt=row["last"])
            drive.update(feed_start=row["last"])
            old.filter(drive=row["drive"], change__lte=row["last"]).delete()
