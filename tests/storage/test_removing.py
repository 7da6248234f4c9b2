"""Removing for good: once, whatever is repeated, and in steps, however much there is."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Account
from accounts.services import closure
from accounts.signals import account_due
from commonkeep_cli import crypto
from storage.models import Blob, Drive, Node
from storage.services import purge
from tests.storage.drives import DriveClient, Sealed, path


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "STEP", 3)


def purge_all() -> None:
    while Node.objects.filter(purging=True).exists():
        purge.sweep()


@pytest.mark.django_db
def test_removing_again_answers_the_same(drive: DriveClient, strangers: DriveClient) -> None:
    folder = drive.made("folder")
    inner = drive.made("inner", into=folder.folder)
    drive.post(f"{path(folder)}/trash")
    for _ in range(2):
        assert drive.delete(path(folder)).status_code == 204
    assert drive.delete(path(inner)).status_code == 204
    assert strangers.delete(path(folder)).status_code == 404
    assert drive.delete(path(crypto.node.new_id())).status_code == 404


@pytest.mark.django_db
def test_a_full_trash_is_emptied_in_steps_and_told_of_at_once(
    drive: DriveClient, small_steps: None
) -> None:
    files = [Sealed(bytes([n])) for n in range(10)]
    drive.batch(*((drive.file(f, str(n)), f) for n, f in enumerate(files)))
    for sealed in files:
        drive.post(f"{path(sealed.node)}/trash")
    start = drive.get("drive").json()["change"]
    assert drive.delete("trash").status_code == 204
    assert drive.get("trash").json()["items"] == []
    told = drive.get(f"changes?after={start}").json()["items"]
    assert {item["purged"] for item in told} == {crypto.b64url(f.node) for f in files}
    purge_all()
    assert drive.used() == 0
    assert not Blob.objects.filter(state="stored").exists()


@pytest.mark.django_db
def test_a_deep_branch_with_much_beside_it_goes_in_steps(
    drive: DriveClient, small_steps: None
) -> None:
    top = folder = drive.made("top")
    for level in range(6):
        drive.small(b"x", f"file {level}", into=folder.folder)
        folder = drive.made(f"folder {level}", into=folder.folder)
    drive.post(f"{path(top)}/trash")
    drive.delete(path(top))
    purge_all()
    assert Node.objects.count() == 1
    assert drive.used() == 0


@pytest.mark.django_db
def test_many_contents_of_one_file_go_in_steps(drive: DriveClient, small_steps: None) -> None:
    node, _ = drive.small(b"0", "file")
    for n in range(1, 8):
        sealed = Sealed(str(n).encode(), of=node)
        node = drive.new_content(node, sealed)
        drive.batch((node, sealed))
    drive.post(f"{path(node)}/trash")
    drive.delete(path(node))
    assert (drive.used(), Node.objects.count()) == (0, 1)


def test_a_closed_account_is_emptied_before_the_transaction_that_ends_it(
    racing_drive: DriveClient, small_steps: None
) -> None:
    for n in range(7):
        racing_drive.small(b"x", str(n))
    user = racing_drive.person.user_id
    Account.objects.filter(pk=user).update(closes_at=timezone.now())
    left: list[int] = []

    def look(account: Account, **_: object) -> None:
        assert not transaction.get_connection().in_atomic_block
        left.append(Node.objects.filter(drive=account.pk).count())

    account_due.connect(look)
    try:
        assert closure.carry_out(user)
    finally:
        account_due.disconnect(look)
    assert left == [1]
    assert not Drive.objects.filter(pk=user).exists()
    assert set(Blob.objects.values_list("state", flat=True)) == {"condemned"}


@pytest.mark.django_db
@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="Postgres plans by statistics, which few rows do not give"
)
def test_looking_for_what_is_left_to_remove_reads_no_other_rows(drive: DriveClient) -> None:
    drive.made("folder")
    waiting = Node.objects.filter(purging=True).values_list("drive", flat=True).distinct()
    assert "node_to_purge" in waiting[:100].explain()
    next_top = Node.objects.filter(drive=drive.person.user_id, purging=True).order_by("pk")
    assert "node_to_purge" in next_top[:1].explain()
