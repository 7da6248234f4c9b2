"""`manage.py fsck` finds what does not fit together, and nothing where all is well."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command

from storage.models import Blob, Drive, Extent, Upload
from storage.services import blobs, fsck, settle
from tests.storage.drives import PART, DriveClient, Sealed

pytestmark = pytest.mark.django_db


def run(*options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("fsck", *options, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def full(drive: DriveClient) -> DriveClient:
    """A drive with a settled file, one in the dock, a small one, and an upload under way."""
    drive.upload(bytes(PART + 1), "settled")
    for blob in Blob.objects.filter(store="dock"):
        settle.settle(blob.pk)
    drive.upload(bytes(300_000), "docked")
    drive.small(b"small", "small")
    sealed = Sealed(bytes(300_000))
    drive.start(sealed)
    drive.part(sealed, 0)
    return drive


def file_of(stores: Path, blob: Blob) -> Path:
    return stores / blob.store / blob.key[:2] / blob.key


def test_where_all_is_well_it_says_so(full: DriveClient) -> None:
    for options in ((), ("--deep",), ("--young", "0", "--deep")):
        assert run(*options) == (0, "Rows and bytes agree.\n")


def test_missing_and_cut_bytes_are_found(full: DriveClient, stores: Path) -> None:
    vault = Blob.objects.get(store="vault", kind="content")
    dock = Blob.objects.filter(store="dock", kind="content", state="stored").first()
    assert dock is not None
    file_of(stores, vault).unlink()
    file_of(stores, dock).write_bytes(b"short")
    status, text = run()
    assert status == 1
    assert f"blob-missing: vault {vault.key}\n" in text
    assert f"blob-wrong-size: dock {dock.key}\n" in text
    assert "2 found; 2 of them touch somebody's files." in text


def test_flipped_bits_are_found_by_reading_everything(full: DriveClient, stores: Path) -> None:
    blob = Blob.objects.get(store="vault", kind="content")
    file = file_of(stores, blob)
    file.write_bytes(b"!" + file.read_bytes()[1:])
    assert run()[0] == 0
    assert run("--deep") == (
        1,
        f"blob-damaged: vault {blob.key}\n1 found; 1 of them touch somebody's files.\n",
    )


def test_bytes_without_a_row_are_found_once_they_are_old(full: DriveClient, stores: Path) -> None:
    key = uuid4().hex
    stray = stores / "vault" / key[:2] / key
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"?")
    assert run()[0] == 0
    assert f"bytes-without-row: vault {key}" in run("--young", "0")[1]


def test_files_that_nobody_here_made_are_named_and_not_tripped_over(
    full: DriveClient, stores: Path
) -> None:
    (stores / "vault" / "ab").mkdir(exist_ok=True)
    (stores / "vault" / "ab" / "README").write_bytes(b"?")
    assert "bytes-without-row: vault README" in run("--young", "0")[1]


def test_what_changes_while_it_looks_is_no_fault(
    full: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, sums = fsck._size_fault, fsck._used

    def settle_first(blob: Blob) -> str | None:
        settle.settle(blob.pk)
        for gone in Blob.objects.filter(state="condemned"):
            blobs.store_of(gone).delete(gone.key)
        return look(blob)

    def small_first(drive: Drive) -> int:
        monkeypatch.setattr(fsck, "_used", sums)
        full.small(b"meanwhile", "meanwhile")
        return sums(drive)

    monkeypatch.setattr(fsck, "_size_fault", settle_first)
    monkeypatch.setattr(fsck, "_used", small_first)
    assert run() == (0, "Rows and bytes agree.\n")


def test_rows_that_do_not_add_up_are_found(full: DriveClient) -> None:
    Drive.objects.update(used=1, reserved=2)
    small = Extent.objects.filter(blob__kind="pack").get()
    small.length += 1
    small.save()
    Blob.objects.create(
        drive=Drive.objects.first(),
        store="dock",
        kind="content",
        state="stored",
        size=0,
        sha256=b"",
    )
    Upload.objects.update(reserved=5)
    kinds = {finding.kind for finding in fsck.check(young=timedelta(0))}
    assert kinds >= {
        "used-is-wrong",
        "reserved-is-wrong",
        "revision-incomplete",
        "extent-points-nowhere",
        "blob-missing",
        "blob-unused",
    }
