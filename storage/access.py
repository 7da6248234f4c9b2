"""The one door to each kind of object: what the caller may touch, or "not found"."""

from uuid import UUID

from django.utils import timezone

from accounts.models import Account
from commonkeep.errors import NotFound
from commonkeep.format import FOLDER
from storage.errors import UploadExpired
from storage.models import Drive, Node, Revision, Upload


def drive(account: Account) -> Drive:
    return Drive.objects.get(pk=account.pk)


def node(account: Account, node_id: UUID) -> Node:
    """A node of the account's own, in the trash or not; never the root, which has no record."""
    found = (
        Node.objects.filter(drive=account.pk, parent__isnull=False, purging=False)
        .select_related("current")
        .filter(pk=node_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def folder(account: Account, node_id: UUID) -> Node:
    """A folder of the account's own; the root too."""
    found = Node.objects.filter(drive=account.pk, type=FOLDER, purging=False, pk=node_id).first()
    if found is None:
        raise NotFound
    return found


def folders(account: Account, node_ids: list[UUID]) -> list[UUID]:
    """All of them folders of the account's own, or "not found"."""
    rows = Node.objects.filter(drive=account.pk, type=FOLDER, purging=False, pk__in=node_ids)
    if rows.count() < len(set(node_ids)):
        raise NotFound
    return node_ids


def revision(account: Account, rev: UUID) -> Revision:
    found = Revision.objects.filter(node__drive=account.pk, node__purging=False, pk=rev).first()
    if found is None:
        raise NotFound
    return found


def revisions(account: Account, revs: list[UUID]) -> list[Revision]:
    """In the order of `revs`; all of them, or "not found"."""
    found = Revision.objects.filter(node__drive=account.pk, node__purging=False).in_bulk(revs)
    if len(found) < len(set(revs)):
        raise NotFound
    return [found[rev] for rev in revs]


def upload(account: Account, rev: UUID) -> Upload:
    """An open upload; `UploadExpired` for one of the account's own that has ended."""
    found = any_upload(account, rev)
    if found.expires_at <= timezone.now():
        raise UploadExpired
    return found


def any_upload(account: Account, rev: UUID) -> Upload:
    """An upload of the account's own, open or ended; completed ones are uploads no more."""
    found = Upload.objects.filter(drive=account.pk, pk=rev).first()
    if found is None:
        raise NotFound
    return found
