"""A large file on its way in: promise, parts, complete. After `complete` it is never lost."""

from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from accounts.models import Account
from commonkeep import blobs as stores
from commonkeep.blobs import Source
from commonkeep.errors import Malformed, NotFound, TooLarge
from commonkeep.format import MOST_CIPHERTEXT, is_ciphertext_length
from storage.errors import (
    HashMismatch,
    IdTaken,
    LengthMismatch,
    PartsMissing,
    UploadExpired,
)
from storage.models import Blob, Drive, Node, Part, Revision, Upload
from storage.record import Record
from storage.services import ancestry, blobs, drives, quota, settle
from storage.services.placing import Item, Piece, Placing, condemn_unused
from storage.services.records import Authors

PART_SIZE = 8 * 1024 * 1024
MOST_PARTS = 8192
LIFETIME = timedelta(days=7)
ROWS = 2 * quota.ROW  # a node and a revision


@drives.twice_if_taken
def start(account: Account, rev: UUID, *, node: UUID, parent: UUID, size: int | None) -> Upload:
    """Reserve room for a revision; the same `rev` again answers the same upload.

    `size` is the ciphertext's length in bytes, or None for a stream whose end nobody knows yet:
    then room is reserved with each part.
    """
    if size is not None and not is_ciphertext_length(size):
        if size > MOST_CIPHERTEXT:
            raise TooLarge(most=MOST_CIPHERTEXT)
        raise Malformed(fields=[{"field": "size", "fault": "No sealed file has that length."}])
    with drives.locked(account.pk) as drive:
        if (again := Upload.objects.filter(pk=rev).first()) is not None:
            return _same(again, drive.pk, node=node, size=size)
        if Revision.objects.filter(pk=rev).exists():
            raise IdTaken
        ancestry.live_folder(drive.pk, parent)
        reserved = ROWS + (size or 0)
        quota.reserve(drive.pk, reserved)
        return Upload.objects.create(
            rev=rev,
            drive=drive,
            node=node,
            size=size,
            part_size=part_size(size),
            reserved=reserved,
            expires_at=timezone.now() + LIFETIME,
        )


def part_size(size: int | None) -> int:
    """Bytes of each part but the last: 8 MiB, doubled until a file has at most 8,192 parts."""
    length = PART_SIZE
    while size is not None and length * MOST_PARTS < size:
        length *= 2
    return length


def receive_part(upload: Upload, n: int, source: Source, *, size: int, sha256: bytes) -> None:
    """Keep part `n`; when this returns it is on stable storage. Another try replaces it."""
    _require_fitting(upload, n, size)
    held = upload.parts.filter(n=n).select_related("blob").first()
    if held and held.blob.size == size and bytes(held.blob.sha256 or b"") == sha256:
        return
    try:
        blob = blobs.receive(
            upload.drive_id,
            source,
            store=Blob.Store.DOCK,
            kind=Blob.Kind.CONTENT,
            size=size,
            sha256=sha256,
        )
    except stores.LengthMismatch as error:
        raise LengthMismatch(expected=size, received=error.received) from error
    except stores.HashMismatch as error:
        raise HashMismatch from error
    _hold(upload, n, blob)


@drives.twice_if_taken
def complete(
    account: Account, rev: UUID, record: Record, *, size: int, thumb: bytes | None
) -> Node:
    """Turn the parts held into a revision of the record's node, in one transaction.

    A repetition answers the same. Raises `PartsMissing`, `UploadExpired`, and whatever placing
    the record can meet; then the parts stay, and the client completes again.
    """
    Authors(account).require(record)
    with drives.locked(account.pk) as drive:
        upload = Upload.objects.select_for_update().filter(pk=rev, drive=drive).first()
        pieces = [] if upload is None else _pieces(upload, record, size)
        item = Item(record, rev, size, thumb, pieces)
        placing = Placing(drive, [item])
        if upload is None:
            _require_done_before(drive, rev, record)
        node = placing.add(item)
        placing.write(reserved=upload.reserved if upload else 0)
        if upload:
            upload.delete()
            _hand_over(pieces)
        return node


def cancel(upload: Upload) -> None:
    """Give the promise back; what was sent goes. One that has ended already stays as it is."""
    with drives.locked(upload.drive_id):
        end(upload.rev)


def end(rev: UUID) -> None:
    """Release and condemn what an upload holds; the row stays a while to say that it ended."""
    upload = Upload.objects.select_for_update().filter(pk=rev).first()
    if upload is None:
        return
    quota.release(upload.drive_id, upload.reserved)
    held = list(upload.parts.values_list("blob", flat=True))
    upload.parts.all().delete()
    blobs.condemn(held)
    upload.reserved = 0
    upload.expires_at = min(upload.expires_at, timezone.now())
    upload.save(update_fields=["reserved", "expires_at"])


def _same(upload: Upload, drive_id: UUID, *, node: UUID, size: int | None) -> Upload:
    if upload.drive_id != drive_id or upload.node != node or upload.size != size:
        raise IdTaken
    if upload.expires_at <= timezone.now():
        raise UploadExpired
    return upload


def _require_fitting(upload: Upload, n: int, size: int) -> None:
    if upload.size is None:
        if n >= MOST_PARTS or size > upload.part_size:
            raise TooLarge(most=upload.part_size * MOST_PARTS)
        return
    expected = min(upload.part_size, upload.size - n * upload.part_size)
    if expected <= 0:
        raise Malformed(fields=[{"field": "n", "fault": "The file has fewer parts."}])
    if size != expected:
        raise LengthMismatch(expected=expected, received=size)


def _hold(upload: Upload, n: int, blob: Blob) -> None:
    """Point the upload at the part, if it is still open; lock, check, write."""
    try:
        with drives.locked(upload.drive_id):
            rows = Upload.objects.select_for_update().filter(
                pk=upload.pk, expires_at__gt=timezone.now()
            )
            if (current := rows.first()) is None:
                raise UploadExpired
            _replace_part(current, n, blob)
    except BaseException:
        blobs.abandon(blob)
        raise


def _replace_part(upload: Upload, n: int, blob: Blob) -> None:
    former = upload.parts.filter(n=n).select_related("blob").first()
    if upload.size is None:
        growth = blob.size - (former.blob.size if former else 0)
        quota.reserve(upload.drive_id, growth)
        upload.reserved = F("reserved") + growth
    blobs.keep(blob)
    if former:
        former.delete()
        blobs.condemn([former.blob_id])
    Part.objects.create(upload=upload, n=n, blob=blob)
    upload.expires_at = timezone.now() + LIFETIME
    upload.save(update_fields=["reserved", "expires_at"])


def _pieces(upload: Upload, record: Record, size: int) -> list[Piece]:
    if upload.expires_at <= timezone.now():
        raise UploadExpired
    if record.node != upload.node:
        raise Malformed(fields=[{"field": "record.node", "fault": "It was promised otherwise."}])
    if upload.size not in (None, size) or not is_ciphertext_length(size):
        raise Malformed(fields=[{"field": "size", "fault": "It was promised otherwise."}])
    held = {part.n: part.blob for part in upload.parts.select_related("blob")}
    _require_all(held, upload.part_size, size)
    return [Piece(held[n], 0, held[n].size) for n in sorted(held)]


def _require_all(held: dict[int, Blob], length: int, size: int) -> None:
    """Every part there, each of its length, none too many."""
    count = -(-size // length)
    missing = [n for n in range(count) if n not in held or held[n].size != _size(n, length, size)]
    if missing:
        raise PartsMissing(missing=_ranges(missing))
    if len(held) > count:
        raise Malformed(fields=[{"field": "size", "fault": "More was sent than that."}])


def _hand_over(pieces: list[Piece]) -> None:
    """The parts belong to the revision now; or to nobody, where a batch had brought it before."""
    condemn_unused([piece.blob for piece in pieces])
    settle.soon(pieces[0].blob)


def _size(n: int, length: int, size: int) -> int:
    return min(length, size - n * length)


def _ranges(numbers: list[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def _require_done_before(drive: Drive, rev: UUID, record: Record) -> None:
    """Without an upload, only the repetition of what was completed is left."""
    done = Revision.objects.filter(pk=rev, node=record.node)
    if not done.filter(node__drive=drive, node__purging=False).exists():
        raise NotFound
