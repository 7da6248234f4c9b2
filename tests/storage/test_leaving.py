"""An account's own copy of all that is kept about it, and what is left after it closed."""

import json
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from accounts.services import closure
from commonkeep_cli import crypto
from storage.models import Blob, Drive, Node, Upload
from tests.storage.drives import DriveClient, Sealed, body_of, path

pytestmark = pytest.mark.django_db


def exported(drive: DriveClient) -> dict[str, Any]:
    answer = drive.get("account/export")
    assert answer.status_code == 200
    return dict(json.loads(body_of(answer)))


def test_the_export_names_every_node_revision_upload_and_removal(drive: DriveClient) -> None:
    folder = drive.made("folder")
    node, first = drive.small(b"first", "file", into=folder.folder)
    second = Sealed(b"second", of=node)
    drive.batch((drive.new_content(node, second, into=folder.folder), second))
    gone = drive.made("gone")
    drive.post(f"{path(gone)}/trash")
    drive.delete(path(gone))
    open_upload = Sealed(bytes(300_000))
    drive.start(open_upload)
    kept = exported(drive)["storage"]
    nodes = {item["record"]["node"]: item for item in kept["nodes"]}
    assert set(nodes) == {crypto.b64url(folder.id), crypto.b64url(node.id)}
    revisions = nodes[crypto.b64url(node.id)]["revisions"]
    assert [item["rev"] for item in revisions] == [crypto.b64url(s.rev) for s in (first, second)]
    assert [item["rev"] for item in kept["uploads"]] == [crypto.b64url(open_upload.rev)]
    assert [item["node"] for item in kept["purged"]] == [crypto.b64url(gone.id)]
    assert (kept["used"], kept["reserved"]) == (drive.used(), drive.reserved())


def test_of_an_account_that_closed_only_condemned_bytes_are_left(
    drive: DriveClient, strangers: DriveClient
) -> None:
    folder = drive.made("folder")
    drive.small(b"x", "file", into=folder.folder)
    drive.upload(bytes(300_000), "large")
    sealed = Sealed(bytes(300_000))
    drive.start(sealed)
    drive.part(sealed, 0)
    _, theirs = strangers.small(b"theirs", "file")
    Account.objects.filter(pk=drive.person.user_id).update(closes_at=timezone.now())
    assert closure.carry_out(drive.person.user_id)
    assert not Drive.objects.filter(pk=drive.person.user_id).exists()
    assert not Node.objects.filter(drive=drive.person.user_id).exists()
    assert not Upload.objects.exists()
    assert set(Blob.objects.filter(drive=None).values_list("state", flat=True)) == {"condemned"}
    assert strangers.content(theirs) == theirs.bytes
