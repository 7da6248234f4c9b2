"""From the dock to the vault: once, by one worker, and whole."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from commonkeep.blobs import StoreAway
from commonkeep.blobs.disk import DiskStore
from commonkeep_cli import crypto
from storage.models import Blob, Extent, Revision
from storage.services import reaper, settle
from tests.storage.drives import PART, DriveClient, Sealed, path

pytestmark = pytest.mark.django_db
LATER = timedelta(days=2)


def settle_all() -> None:
    for blob in Blob.objects.filter(store="dock", state="stored"):
        settle.settle(blob.pk)


def files_in(folder: Path) -> set[str]:
    return {file.name for file in folder.glob("??/*")}


def test_a_large_file_becomes_one_blob_in_the_vault(drive: DriveClient, stores: Path) -> None:
    _, sealed = drive.upload(bytes(range(256)) * (PART // 128), "large")
    assert Extent.objects.count() == len(sealed.parts) == 3
    settle_all()
    extent = Extent.objects.select_related("blob").get()
    assert (extent.blob.store, extent.length) == ("vault", len(sealed.bytes))
    assert (stores / "vault" / extent.blob.key[:2] / extent.blob.key).read_bytes() == sealed.bytes
    assert drive.content(sealed) == sealed.bytes


def test_a_batch_moves_as_one_pack(drive: DriveClient) -> None:
    files = [Sealed(bytes(n * 100)) for n in range(20)]
    drive.batch(*((drive.file(f, str(n)), f) for n, f in enumerate(files)))
    settle_all()
    assert Blob.objects.filter(store="vault", kind="pack", state="stored").count() == 1
    assert not Extent.objects.filter(blob__store="dock").exists()
    for sealed in files:
        assert drive.content(sealed) == sealed.bytes


def test_the_list_of_segment_hashes_is_right_before_and_after(drive: DriveClient) -> None:
    _, sealed = drive.upload(bytes(11 * 262_144), "file")
    expected = b"".join(
        crypto.segment_hash(n, sealed.bytes[n * 262_144 : (n + 1) * 262_144]) for n in range(12)
    )
    url = f"revisions/{crypto.b64url(sealed.rev)}/tree"
    assert b"".join(drive.get(url).streaming_content) == expected
    settle_all()
    assert Revision.objects.get().tree is not None
    assert b"".join(drive.get(url).streaming_content) == expected


def test_settling_twice_is_settling_once(drive: DriveClient) -> None:
    _, sealed = drive.upload(bytes(300_000), "file")
    blob = Blob.objects.get()
    settle.settle(blob.pk)
    settle.settle(blob.pk)
    assert Blob.objects.filter(store="vault").count() == 1
    assert drive.content(sealed) == sealed.bytes


def test_the_sweep_settles_what_the_queue_forgot(drive: DriveClient) -> None:
    drive.upload(bytes(300_000), "large")
    drive.small(b"x", "small")
    assert settle.sweep() == 0
    Blob.objects.update(changed_at=timezone.now() - timedelta(minutes=5))
    assert settle.sweep() == 2
    assert not Extent.objects.filter(blob__store="dock").exists()


def test_what_one_worker_copies_the_others_leave_alone(
    drive: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive.upload(bytes(PART * 2), "large")
    drive.small(b"x", "small")
    Blob.objects.update(changed_at=timezone.now() - timedelta(minutes=5))
    receive, copies = settle._receive, []

    def receive_while_another_sweeps(*args: Any, **options: Any) -> Blob:
        copies.append(options["kind"])
        settle.sweep()
        return receive(*args, **options)

    monkeypatch.setattr(settle, "_receive", receive_while_another_sweeps)
    settle_all()
    assert sorted(copies) == ["content", "pack"]
    assert not Extent.objects.filter(blob__store="dock").exists()


def test_a_large_file_may_take_longer_to_settle_than_a_promise_lasts(
    drive: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three blobs at twenty hours each."""
    monkeypatch.setattr(settle, "MOST_IN_BLOB", PART)
    _, sealed = drive.upload(bytes(PART * 2), "large")
    copy = settle._copy

    def slow_copy(*args: Any) -> Blob:
        made = copy(*args)
        past = timezone.now() - timedelta(hours=20)
        Blob.objects.update(changed_at=past, settling_since=past)
        reaper.reap(timezone.now() + timedelta(hours=3))
        return made

    monkeypatch.setattr(settle, "_copy", slow_copy)
    settle_all()
    assert Blob.objects.filter(store="vault", state="stored", kind="content").count() == 3
    assert drive.content(sealed) == sealed.bytes


def test_a_damaged_blob_is_not_read_again_at_every_sweep(drive: DriveClient, stores: Path) -> None:
    drive.upload(bytes(300_000), "file")
    blob = Blob.objects.get()
    (stores / "dock" / blob.key[:2] / blob.key).write_bytes(b"damaged")
    Blob.objects.update(changed_at=timezone.now() - timedelta(minutes=5))
    assert (settle.sweep(), settle.sweep()) == (1, 0)
    Blob.objects.update(settling_since=timezone.now() - timedelta(hours=2))
    assert settle.sweep() == 1


def test_while_the_vault_is_away_a_sweep_tries_once_and_everything_waits(
    drive: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def away(self: DiskStore, key: str, *_: object, **__: object) -> bytes:
        tries.append(key)
        raise StoreAway("down")

    for n in range(3):
        drive.small(b"x", str(n))
    Blob.objects.update(changed_at=timezone.now() - timedelta(minutes=5))
    with monkeypatch.context() as patch:
        patch.setattr(DiskStore, "put", away)
        settle.sweep()
        settle.sweep()
    assert len(tries) == 2
    settle.sweep()
    assert not Extent.objects.filter(blob__store="dock").exists()


def test_parts_of_an_open_upload_are_left_alone(drive: DriveClient) -> None:
    sealed = Sealed(bytes(PART * 2))
    drive.start(sealed)
    drive.part(sealed, 0)
    Blob.objects.update(changed_at=timezone.now() - timedelta(minutes=5))
    assert settle.sweep() == 0
    drive.part(sealed, 1)
    drive.part(sealed, 2)
    assert drive.complete(sealed, drive.file(sealed, "f")).status_code == 200


def test_a_damaged_dock_blob_stays_and_never_reaches_the_vault(
    drive: DriveClient, stores: Path
) -> None:
    drive.upload(bytes(300_000), "file")
    blob = Blob.objects.get()
    file = stores / "dock" / blob.key[:2] / blob.key
    file.write_bytes(b"!" + file.read_bytes()[1:])
    settle.settle(blob.pk)
    assert files_in(stores / "vault") == set()
    assert Extent.objects.get().blob == blob


def test_a_reader_finds_what_moved_while_it_read(drive: DriveClient, stores: Path) -> None:
    _, sealed = drive.upload(bytes(PART * 2), "file")
    answer = drive.get(f"revisions/{crypto.b64url(sealed.rev)}")
    chunks = iter(answer.streaming_content)
    first = next(chunks)
    settle_all()
    reaper.reap(timezone.now() + LATER)
    assert files_in(stores / "dock") == set()
    assert first + b"".join(chunks) == sealed.bytes


def test_a_file_removed_while_it_settles_leaves_nothing(
    drive: DriveClient, stores: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, _ = drive.upload(bytes(300_000), "file")
    copy = settle._copy

    def remove_meanwhile(*args: object) -> Blob:
        made = copy(*args)  # type: ignore[arg-type]
        drive.post(f"{path(node)}/trash")
        drive.delete(path(node))
        return made

    monkeypatch.setattr(settle, "_copy", remove_meanwhile)
    settle_all()
    reaper.reap(timezone.now() + LATER)
    assert not Blob.objects.exists()
    assert files_in(stores / "vault") | files_in(stores / "dock") == set()
