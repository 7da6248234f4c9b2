"""Old contents stay readable with the record that introduced them, and can be brought back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commonkeep_cli import crypto
from storage.models import Blob, Revision
from storage.services import reaper
from tests.storage.drives import DriveClient, Sealed, path

pytestmark = pytest.mark.django_db


def versions(drive: DriveClient, count: int) -> tuple[crypto.Node, list[Sealed]]:
    """A file with `count` contents, oldest first."""
    node, first = drive.small(b"0", "file")
    contents = [first]
    for n in range(1, count):
        contents.append(Sealed(str(n).encode(), of=node))
        node = drive.new_content(node, contents[-1])
        assert drive.batch((node, contents[-1])).status_code == 200
    return node, contents


def revs(drive: DriveClient, node: crypto.Node) -> list[str]:
    return [item["rev"] for item in drive.get(f"{path(node)}/revisions").json()["items"]]


def test_versions_are_listed_newest_first_with_their_records(drive: DriveClient) -> None:
    node, contents = versions(drive, 3)
    items = drive.get(f"{path(node)}/revisions").json()["items"]
    assert [item["rev"] for item in items] == [crypto.b64url(c.rev) for c in reversed(contents)]
    assert [item["current"] for item in items] == [True, False, False]
    for item, sealed in zip(items, reversed(contents), strict=True):
        record = crypto.NodeRecord.from_wire(item["record"])
        old = crypto.node.open_old(record, current=node, authors=[drive.identity.author])
        assert isinstance(old.meta, crypto.FileMeta)
        assert old.meta.rev == sealed.rev
        assert drive.content(sealed) == sealed.bytes


def test_versions_stay_newest_first_across_pages(drive: DriveClient) -> None:
    node, contents = versions(drive, 5)
    first = drive.get(f"{path(node)}/revisions?limit=2").json()
    new = Sealed(b"meanwhile", of=node)
    drive.batch((drive.new_content(node, new), new))
    rest = drive.get(f"{path(node)}/revisions?limit=3&after={first['next']}").json()
    found = [item["rev"] for item in first["items"] + rest["items"]]
    assert found == [crypto.b64url(c.rev) for c in reversed(contents)]
    assert rest["next"] is None
    assert drive.get(f"{path(node)}/revisions?after=x").status_code == 400


def test_restoring_a_version_is_a_new_record_and_moves_no_byte(drive: DriveClient) -> None:
    node, contents = versions(drive, 3)
    blobs, used = Blob.objects.count(), drive.used()
    back = crypto.node.update(
        node, contents[0].meta("file"), folder=drive.root, author=drive.identity
    )
    body = {"record": back.record.to_wire(), "rev": crypto.b64url(contents[0].rev)}
    answer = drive.put(path(node), body)
    assert (answer.status_code, answer.json()["rev"]) == (200, crypto.b64url(contents[0].rev))
    assert (Blob.objects.count(), drive.used()) == (blobs, used)


def test_a_revision_of_another_node_cannot_be_made_current(drive: DriveClient) -> None:
    node, _ = versions(drive, 1)
    _, other = drive.small(b"other", "other")
    record = drive.new_content(node, Sealed(b"x", of=node)).record.to_wire()
    refused = drive.put(path(node), {"record": record, "rev": crypto.b64url(other.rev)})
    assert (refused.status_code, refused.json()["fields"][0]["field"]) == (400, "rev")


def test_a_version_goes_when_it_is_old_and_not_among_the_last_ten(drive: DriveClient) -> None:
    node, contents = versions(drive, 13)
    used = drive.used()
    reaper.reap()
    assert len(revs(drive, node)) == 13
    Revision.objects.update(created_at=timezone.now() - timedelta(days=31))
    for n, sealed in enumerate(contents):
        moment = timezone.now() - timedelta(days=40 - n)
        Revision.objects.filter(pk=crypto_uuid(sealed.rev)).update(created_at=moment)
    reaper.reap()
    assert revs(drive, node) == [crypto.b64url(c.rev) for c in reversed(contents[3:])]
    assert drive.used() == used - sum(len(c.bytes) + 1024 for c in contents[:3])


def test_a_restored_old_version_is_never_taken_away(drive: DriveClient) -> None:
    node, contents = versions(drive, 12)
    back = crypto.node.update(
        node, contents[0].meta("file"), folder=drive.root, author=drive.identity
    )
    drive.put(
        path(node),
        {"record": back.record.to_wire(), "rev": crypto.b64url(contents[0].rev)},
    )
    Revision.objects.update(created_at=timezone.now() - timedelta(days=31))
    reaper.reap()
    assert drive.content(contents[0]) == contents[0].bytes


def crypto_uuid(rev: crypto.RevId) -> str:
    return rev.hex()
