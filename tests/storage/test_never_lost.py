"""Whatever fails around a commit: bytes that something points at are never taken away."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from commonkeep.blobs import Source
from commonkeep.blobs.disk import DiskStore
from storage.models import Blob
from storage.services import blobs, reaper, settle
from tests.storage.drives import DriveClient, Sealed

TOMORROW = timedelta(days=1, seconds=1)


def fail(*_: object, **__: object) -> None:
    raise OperationalError


def reap_all() -> None:
    reaper.reap(timezone.now() + timedelta(days=2))


def test_a_broker_that_is_away_fails_no_request_and_takes_no_byte(
    racing_drive: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commonkeep.queue.app.send_task", fail)
    _, small = racing_drive.small(b"small", "small")
    _, large = racing_drive.upload(bytes(300_000), "large")
    reap_all()
    assert racing_drive.content(small) == small.bytes
    assert racing_drive.content(large) == large.bytes


def test_an_error_after_the_commit_takes_nothing_of_a_batch_away(
    racing_drive: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle, "soon", lambda blob: transaction.on_commit(fail))
    sealed = Sealed(b"content")
    with pytest.raises(OperationalError):
        racing_drive.batch((racing_drive.file(sealed, "f"), sealed))
    reap_all()
    assert racing_drive.content(sealed) == sealed.bytes


def test_an_error_after_the_commit_takes_no_part_away(
    racing_drive: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = Sealed(bytes(300_000))
    racing_drive.start(sealed)
    keep = blobs.keep

    def keep_and_fail(blob: Blob) -> None:
        keep(blob)
        transaction.on_commit(fail)

    monkeypatch.setattr(blobs, "keep", keep_and_fail)
    with pytest.raises(OperationalError):
        racing_drive.part(sealed, 0)
    assert racing_drive.complete(sealed, racing_drive.file(sealed, "f")).status_code == 200
    reap_all()
    assert racing_drive.content(sealed) == sealed.bytes


@pytest.mark.django_db
def test_a_part_that_took_longer_than_its_promise_is_refused_and_not_half_kept(
    drive: DriveClient, stores: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = Sealed(bytes(300_000))
    drive.start(sealed)
    put = DiskStore.put

    def slow_put(self: DiskStore, key: str, source: Source, **options: Any) -> bytes:
        digest = put(self, key, source, **options)
        reaper.reap(timezone.now() + TOMORROW)
        return digest

    with monkeypatch.context() as patch:
        patch.setattr(DiskStore, "put", slow_put)
        late = drive.part(sealed, 0)
    assert (late.status_code, late.json()["code"]) == (503, "unavailable")
    assert drive.part(sealed, 0).status_code == 204
    assert drive.complete(sealed, drive.file(sealed, "f")).status_code == 200
    assert drive.content(sealed) == sealed.bytes


@pytest.mark.django_db
def test_a_part_that_is_kept_while_the_reaper_runs_stays(
    drive: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reaper has read the promise as forgotten; then the part arrives all the same."""
    sealed = Sealed(bytes(300_000))
    drive.start(sealed)
    keep, to_bury = blobs.keep, reaper._to_bury

    def reap_and_keep(blob: Blob) -> None:
        seen = list(to_bury(timezone.now() + TOMORROW))
        keep(blob)
        monkeypatch.setattr(reaper, "_to_bury", lambda now: seen)
        reaper.reap()

    with monkeypatch.context() as patch:
        patch.setattr(blobs, "keep", reap_and_keep)
        assert drive.part(sealed, 0).status_code == 204
    assert drive.complete(sealed, drive.file(sealed, "f")).status_code == 200
    assert drive.content(sealed) == sealed.bytes


@pytest.mark.django_db
def test_what_a_file_points_at_is_not_taken_even_if_a_mistake_condemned_it(
    drive: DriveClient,
) -> None:
    _, sealed = drive.small(b"content", "f")
    Blob.objects.update(state="condemned")
    reap_all()
    assert drive.content(sealed) == sealed.bytes


@pytest.mark.django_db
def test_bytes_that_a_store_will_not_give_up_keep_no_others_waiting(
    drive: DriveClient, stores: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        node, _ = drive.small(bytes([n]), str(n))
        drive.post(f"nodes/{node.record.to_wire()['node']}/trash")
    drive.delete("trash")
    stuck = Blob.objects.order_by("changed_at", "pk").first()
    assert stuck is not None
    (stores / "dock" / stuck.key[:2] / stuck.key).unlink()
    (stores / "dock" / stuck.key[:2] / stuck.key).mkdir()
    for hours in (2, 3):
        reaper.reap(timezone.now() + timedelta(hours=hours))
    assert list(Blob.objects.all()) == [stuck]
