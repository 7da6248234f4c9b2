"""From the dock to the vault: copied, checked, repointed in one transaction, the copy condemned.

Safe to run twice and at any time: the extents say what there is to do. A crash leaves a promised
blob, which the reaper takes, and a dock blob, which the sweep settles. Of several workers one
copies a blob; the others leave it alone for `HELD`, whatever came of it.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from commonkeep.blobs import HashMismatch, LengthMismatch, Missing, StoreAway
from commonkeep.queue import enqueue
from storage.models import Blob, Extent, Revision
from storage.services import blobs, content, drives
from storage.services.sources import Joined, SegmentHasher

log = logging.getLogger(__name__)

MOST_IN_BLOB = 64 * 1024**3
LEAST_SEGMENTS_FOR_TREE = 9
FORGOTTEN_AFTER = timedelta(minutes=1)
HELD = timedelta(hours=1)


def soon(blob: Blob) -> None:
    """Settle what lies in `blob` once the transaction has committed."""
    enqueue("storage.settle", blob.id.hex)


def sweep(limit: int = 1000) -> int:
    """Settle what the queue forgot. Answers how many blobs it found."""
    pointed_at = Exists(Extent.objects.filter(blob=OuterRef("pk")))
    before = timezone.now() - FORGOTTEN_AFTER
    rows = _free().filter(pointed_at, store="dock", state="stored", changed_at__lt=before)
    ids = list(rows.order_by("changed_at").values_list("pk", flat=True)[:limit])
    for blob_id in ids:
        if not settle(blob_id):
            break
    return len(ids)


def settle(blob_id: UUID) -> bool:
    """Bring what `blob_id` holds from the dock to the vault; nothing to do is fine.

    A damaged blob is logged and tried again after `HELD`. False where a store is away: then the
    next blob would only wait for it too.
    """
    blob = Blob.objects.filter(pk=blob_id, store="dock", state="stored").first()
    if blob is None:
        return True
    try:
        if blob.kind == Blob.Kind.PACK:
            _settle_pack(blob)
        elif revision := Revision.objects.filter(extents__blob=blob).first():
            _settle_revision(revision)
    except StoreAway as error:
        log.error("blob %s waits in the dock: %s", blob.key, error)
        Blob.objects.filter(pk=blob_id).update(settling_since=None)
        return False
    except (Missing, HashMismatch, LengthMismatch) as error:
        log.error("blob %s stays in the dock: %s", blob.key, type(error).__name__)
    return True


def _free() -> QuerySet[Blob]:
    """Those that no worker has taken on, or none that came to an end with them."""
    lost = timezone.now() - HELD
    return Blob.objects.filter(Q(settling_since=None) | Q(settling_since__lte=lost))


def _take_on(drive_id: UUID, ids: list[UUID]) -> bool:
    """Whether these blobs are the caller's to copy."""
    with drives.locked(drive_id):
        taken = _free().filter(pk__in=ids).update(settling_since=timezone.now())
    return taken == len(ids)


def _settle_pack(old: Blob) -> None:
    drive_id = blobs.owner(old)
    if not _take_on(drive_id, [old.id]):
        return
    new = _receive(drive_id, Joined([old]), kind=Blob.Kind.PACK, size=old.size)
    with drives.locked(drive_id):
        blobs.keep(new)
        if not Extent.objects.filter(blob=old).update(blob=new):
            blobs.condemn([new.id])
        blobs.condemn([old.id])


def _settle_revision(revision: Revision) -> None:
    extents = list(revision.extents.order_by("seq").select_related("blob"))
    if any(extent.blob.store != Blob.Store.DOCK for extent in extents):
        return
    drive_id = blobs.owner(extents[0].blob)
    old = [extent.blob_id for extent in extents]
    if not _take_on(drive_id, old):
        return
    with_tree = content.segment_count(revision.size) >= LEAST_SEGMENTS_FOR_TREE
    hasher = SegmentHasher() if with_tree else None
    new: list[Blob] = []
    for group in _groups(extents):
        new.append(_copy(drive_id, group, hasher))
        _still_at_work(old, new)
    tree = _keep_tree(drive_id, hasher.digests()) if hasher else None
    _repoint(revision.id, drive_id, extents, new, tree)


def _still_at_work(old: list[UUID], new: list[Blob]) -> None:
    """Terabytes take longer than a promise or a claim lasts."""
    now = timezone.now()
    Blob.objects.filter(pk__in=old).update(settling_since=now)
    Blob.objects.filter(pk__in=[b.id for b in new], state="promised").update(changed_at=now)


def _copy(drive_id: UUID, group: list[Extent], hasher: SegmentHasher | None) -> Blob:
    source = Joined([extent.blob for extent in group], hasher)
    size = sum(extent.length for extent in group)
    return _receive(drive_id, source, kind=Blob.Kind.CONTENT, size=size)


def _receive(drive_id: UUID, source: Joined, *, kind: Blob.Kind, size: int) -> Blob:
    try:
        return blobs.receive(drive_id, source, store=Blob.Store.VAULT, kind=kind, size=size)
    finally:
        source.close()


def _groups(extents: list[Extent]) -> Iterator[list[Extent]]:
    """Runs of extents that make a blob of at most 64 GiB."""
    group: list[Extent] = []
    size = 0
    for extent in extents:
        if group and size + extent.length > MOST_IN_BLOB:
            yield group
            group, size = [], 0
        group.append(extent)
        size += extent.length
    yield group


def _keep_tree(drive_id: UUID, hashes: bytes) -> Blob:
    return blobs.receive(
        drive_id,
        BytesIO(hashes),
        store=Blob.Store.VAULT,
        kind=Blob.Kind.TREE,
        size=len(hashes),
    )


def _repoint(
    rev: UUID, drive_id: UUID, read: list[Extent], new: list[Blob], tree: Blob | None
) -> None:
    """Point at the copies, unless the revision went or was settled while they were made."""
    made = [*new, tree] if tree else new
    with drives.locked(drive_id):
        for blob in made:
            blobs.keep(blob)
        now = list(Extent.objects.filter(revision=rev).order_by("seq"))
        if [extent.blob_id for extent in now] != [extent.blob_id for extent in read]:
            blobs.condemn(blob.id for blob in made)
            return
        Extent.objects.filter(revision=rev).delete()
        Extent.objects.bulk_create(
            Extent(revision_id=rev, seq=seq, blob=blob, offset=0, length=blob.size)
            for seq, blob in enumerate(new)
        )
        Revision.objects.filter(pk=rev).update(tree=tree)
        blobs.condemn(extent.blob_id for extent in read)
