"""The life of a blob: promised, stored, condemned, gone. A row without bytes is a promise or a
grave; bytes without a row are never made.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from commonkeep.blobs import BlobStore, Source, StoreAway, dock, vault
from storage.models import Blob, Extent, Part, Revision

# Longer than any URL lives and any proxied read takes: object stores break a running read when
# the object goes.
GRACE = timedelta(hours=1)


def store_of(blob: Blob) -> BlobStore:
    return dock() if blob.store == Blob.Store.DOCK else vault()


def owner(blob: Blob) -> UUID:
    """The drive of a blob that something points at; only condemned ones may have lost theirs."""
    drive_id: UUID | None = blob.drive_id
    assert drive_id is not None, "pointed at, and nobody's"
    return drive_id


def receive(
    drive_id: UUID,
    source: Source,
    *,
    store: Blob.Store,
    kind: Blob.Kind,
    size: int,
    sha256: bytes | None = None,
) -> Blob:
    """Keep `size` bytes of `source`: the row first, then the bytes; the caller calls `keep`.

    Must not run in a transaction, which would be held while bytes stream and would hide the
    promise from the sweep. What the store or the source raises leaves nothing behind.
    """
    blob = Blob.objects.create(drive_id=drive_id, store=store, kind=kind, size=size)
    try:
        blob.sha256 = store_of(blob).put(blob.key, source, size=size, sha256=sha256)
    except BaseException:
        # Not deleted: a store that did not answer may have kept the bytes all the same.
        abandon(blob)
        raise
    return blob


def keep(blob: Blob) -> None:
    """Mark received bytes as stored, in the transaction that begins to point at them.

    Raises `StoreAway` where that comes so late that the reaper has the blob already.
    """
    changed = {"state": Blob.State.STORED, "sha256": blob.sha256, "changed_at": timezone.now()}
    if not _promised(blob).update(**changed):
        raise StoreAway("the promise was forgotten")


def abandon(blob: Blob) -> None:
    """Received bytes that were not to be kept go; a blob that `keep` was committed for stays.

    So it may follow any error, also of a commit whose answer was lost.
    """
    _promised(blob).update(state=Blob.State.CONDEMNED, changed_at=timezone.now())


def condemn(ids: Iterable[UUID]) -> None:
    """Nothing points at these any more: their bytes go after `GRACE`."""
    _condemn(Blob.objects.filter(pk__in=list(ids)))


def condemn_all(drive_id: UUID) -> None:
    """Whatever the drive had: it ends."""
    _condemn(Blob.objects.filter(drive=drive_id))


def _condemn(rows: QuerySet[Blob]) -> None:
    fresh = rows.exclude(state=Blob.State.CONDEMNED)
    fresh.update(state=Blob.State.CONDEMNED, changed_at=timezone.now())


def unused() -> QuerySet[Blob]:
    """Those that nothing points at: no file, no upload, no list of hashes."""
    here = OuterRef("pk")
    return Blob.objects.filter(
        ~Exists(Extent.objects.filter(blob=here)),
        ~Exists(Part.objects.filter(blob=here)),
        ~Exists(Revision.objects.filter(tree=here)),
    )


def _promised(blob: Blob) -> QuerySet[Blob]:
    return Blob.objects.filter(pk=blob.pk, state=Blob.State.PROMISED)
