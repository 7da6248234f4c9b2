"""From the dock to the vault, and what goes when nobody needs it any more."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from commonkeep_cli import crypto
from storage.models import Blob, Extent, Revision, Upload
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


def test_bytes_go_an_hour_after_they_were_condemned(drive: DriveClient, stores: Path) -> None:
    drive.upload(bytes(300_000), "file")
    settle_all()
    reaper.reap()
    assert len(files_in(stores / "dock")) == 1
    reaper.reap(timezone.now() + timedelta(hours=1, seconds=1))
    assert files_in(stores / "dock") == set()
    assert len(files_in(stores / "vault")) == 1
    assert not Blob.objects.filter(store="dock").exists()


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


def test_an_upload_that_ended_gives_room_and_bytes_back(drive: DriveClient, stores: Path) -> None:
    sealed = Sealed(bytes(PART * 2))
    drive.start(sealed)
    drive.part(sealed, 0)
    reaper.reap(timezone.now() + timedelta(days=6))
    assert drive.reserved() > 0
    reaper.reap(timezone.now() + timedelta(days=7, seconds=1))
    assert drive.reserved() == 0
    reaper.reap(timezone.now() + LATER)
    assert files_in(stores / "dock") == set()
    assert Upload.objects.count() == 1
    reaper.reap(timezone.now() + timedelta(days=38))
    assert Upload.objects.count() == 0


def test_what_a_killed_write_left_goes_with_its_promise(
    drive: DriveClient, stores: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = Sealed(bytes(300_000))
    drive.start(sealed)
    with monkeypatch.context() as patch:  # a killed process tidies nothing up
        patch.setattr(Path, "rename", killed)
        patch.setattr(Path, "unlink", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            drive.part(sealed, 0)
    assert len(list((stores / "dock" / "drafts").iterdir())) == 1
    reaper.reap(timezone.now() + LATER)
    assert list((stores / "dock" / "drafts").iterdir()) == []


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_promise_that_a_crash_left_behind_goes_with_its_bytes(
    drive: DriveClient, stores: Path
) -> None:
    drive.upload(bytes(300_000), "file")
    orphan = Blob.objects.create(
        drive_id=drive.person.user_id, store="dock", kind="content", size=3
    )
    file = stores / "dock" / orphan.key[:2] / orphan.key
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"abc")
    reaper.reap(timezone.now() + timedelta(hours=23))
    assert file.exists()
    reaper.reap(timezone.now() + timedelta(days=1, seconds=1))
    assert not file.exists()
    assert not Blob.objects.filter(pk=orphan.pk).exists()
