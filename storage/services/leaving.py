"""An account on its way out: all that is kept about its drive, and the drive's end."""

from typing import Any

from accounts.models import Account
from commonkeep.wire import encode, encode_id, milliseconds
from storage import record as records
from storage.models import Drive, Node, Tombstone, Upload
from storage.services import blobs, drives, purge, uploads
from storage.wire import node_json, record_json, upload_json

STEP = 500


def export(account: Account) -> dict[str, Any]:
    """Every row of the drive; the contents themselves are read by `GET revisions/{rev}`."""
    drive = Drive.objects.get(pk=account.pk)
    nodes = Node.objects.filter(drive=drive, parent__isnull=False).select_related("current")
    with_revisions = nodes.prefetch_related("revisions").iterator(STEP)
    # Generators: what a large drive holds never has to fit into memory.
    return {
        "change": drive.change,
        "used": drive.used,
        "reserved": drive.reserved,
        "nodes": (node_json(node) | {"revisions": _revisions(node)} for node in with_revisions),
        "uploads": (upload_json(upload) for upload in Upload.objects.filter(drive=drive)),
        "purged": (
            {"node": encode_id(t.node), "at": milliseconds(t.purged_at), "change": t.change}
            for t in Tombstone.objects.filter(drive=drive).order_by("change").iterator(STEP)
        ),
    }


def empty_drive(account: Account) -> None:
    """The account is due to close: the tree goes, in steps that keep nobody else waiting."""
    purge.remove_all(account.pk)


def remove_drive(account: Account) -> None:
    """The account has closed: nothing of the drive stays but bytes on their way out."""
    purge.remove_all(account.pk)  # what a request under way brought since
    with drives.locked(account.pk) as drive:
        for upload in Upload.objects.filter(drive=drive):
            uploads.end(upload.rev)
        Upload.objects.filter(drive=drive).delete()
        blobs.condemn_all(drive.pk)
        Node.objects.filter(drive=drive).delete()
    Drive.objects.filter(pk=account.pk).delete()


def _revisions(node: Node) -> list[dict[str, Any]]:
    return [
        {
            "rev": encode_id(revision.id),
            "size": revision.size,
            "created_at": milliseconds(revision.created_at),
            "record": record_json(records.of_revision(revision)),
            "thumb": encode(revision.thumb) if revision.thumb else None,
        }
        for revision in sorted(node.revisions.all(), key=lambda one: one.created_at)
    ]
