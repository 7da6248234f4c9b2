"""What nobody needs any more goes, with its bytes."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from storage.models import Blob, Upload
from storage.services import reaper
from tests.storage.drives import PART, DriveClient, Sealed
from tests.storage.test_settling import LATER, files_in, settle_all

pytestmark = pytest.mark.django_db


def test_bytes_go_an_hour_after_they_were_condemned(drive: DriveClient, stores: Path) -> None:
    drive.upload(bytes(300_000), "file")
    settle_all()
    reaper.reap()
    assert len(files_in(stores / "dock")) == 1
    reaper.reap(timezone.now() + timedelta(hours=1, seconds=1))
    assert files_in(stores / "dock") == set()
    assert len(files_in(stores / "vault")) == 1
    assert not Blob.objects.filter(store="dock").exists()


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
