"""Getting content back: whole, in ranges, many at once."""

from pathlib import Path

import pytest
from django.http import StreamingHttpResponse

from commonkeep.blobs import Missing, StoreAway
from commonkeep.blobs.disk import DiskStore
from commonkeep_cli import crypto
from storage.models import Blob
from storage.services import settle
from tests.storage.drives import PART, DriveClient, Sealed, body_of, path

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["in the dock", "settled"])
def large(request: pytest.FixtureRequest, drive: DriveClient) -> Sealed:
    _, sealed = drive.upload(bytes(range(256)) * (PART // 128), "large")
    if request.param == "settled":
        for blob in Blob.objects.filter(store="dock"):
            settle.settle(blob.pk)
    return sealed


@pytest.mark.parametrize(
    ("text", "start", "stop"),
    [
        ("0-0", 0, 1),
        ("5-9", 5, 10),
        (f"{PART - 1}-{PART}", PART - 1, PART + 1),
        (f"{PART}-{2 * PART - 1}", PART, 2 * PART),
        (f"100-{2 * PART + 100}", 100, 2 * PART + 101),
        (f"{PART}-", PART, None),
        ("-100", -100, None),
        ("7-999999999999", 7, None),
    ],
)
def test_ranges_are_exact(
    drive: DriveClient, large: Sealed, text: str, start: int, stop: int | None
) -> None:
    answer = drive.get(f"revisions/{crypto.b64url(large.rev)}", Range=f"bytes={text}")
    expected = large.bytes[start:stop]
    first = start % len(large.bytes)
    assert answer.status_code == 206
    assert answer["Content-Length"] == str(len(expected))
    assert answer["Content-Range"] == (
        f"bytes {first}-{first + len(expected) - 1}/{len(large.bytes)}"
    )
    assert body_of(answer) == expected


@pytest.mark.parametrize("text", ["9-5", "99999999999-", "-0", "a-b", "-", "0-1,5-6", ""])
def test_ranges_that_are_none_are_refused_with_the_size(drive: DriveClient, text: str) -> None:
    _, sealed = drive.small(b"x" * 100, "f")
    answer = drive.get(f"revisions/{crypto.b64url(sealed.rev)}", Range=f"bytes={text}")
    assert (answer.status_code, answer.json()["code"]) == (416, "range-not-satisfiable")
    assert answer.json()["size"] == len(sealed.bytes)
    assert answer["Content-Range"] == f"bytes */{len(sealed.bytes)}"


def test_a_file_in_a_pack_is_read_without_its_neighbours(drive: DriveClient) -> None:
    files = [Sealed(bytes([n]) * 1000) for n in range(5)]
    drive.batch(*((drive.file(f, str(n)), f) for n, f in enumerate(files)))
    assert drive.content(files[2]) == files[2].bytes
    assert drive.content(files[2], Range="bytes=40-49") == files[2].bytes[40:50]


def test_many_revisions_come_one_after_the_other_in_the_order_asked(drive: DriveClient) -> None:
    files = [Sealed(bytes([n]) * n * 500) for n in range(20)]
    drive.batch(*((drive.file(f, str(n)), f) for n, f in enumerate(files)))
    _, large = drive.upload(bytes(PART + 5), "large")
    wanted = [files[7], large, files[0], files[7]]
    answer = drive.post("revisions/read", {"revs": [crypto.b64url(f.rev) for f in wanted]})
    assert answer["Content-Length"] == str(sum(len(f.bytes) for f in wanted))
    assert body_of(answer) == b"".join(f.bytes for f in wanted)


def test_reading_many_with_one_that_is_not_there_is_not_found(
    drive: DriveClient, strangers: DriveClient
) -> None:
    _, mine = drive.small(b"mine", "f")
    _, theirs = strangers.small(b"theirs", "f")
    for other in (theirs.rev, crypto.random_id()):
        answer = drive.post(
            "revisions/read", {"revs": [crypto.b64url(mine.rev), crypto.b64url(other)]}
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("revs", [[], ["short"], "text", [1], ["A" * 22] * 101])
def test_a_malformed_list_is_refused(drive: DriveClient, revs: object) -> None:
    answer = drive.post("revisions/read", {"revs": revs})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_content_is_never_cached_by_anybody_on_the_way(drive: DriveClient) -> None:
    _, sealed = drive.small(b"x", "f")
    answer = drive.get(f"revisions/{crypto.b64url(sealed.rev)}")
    assert answer["Cache-Control"] == "private, no-store"
    assert body_of(answer) == sealed.bytes


def test_a_thumbnail_comes_back_and_counts(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    drive.part(sealed, 0)
    thumb = bytes(5000)
    drive.complete(sealed, drive.file(sealed, "f"), thumb=crypto.b64url(thumb))
    url = f"revisions/{crypto.b64url(sealed.rev)}/thumb"
    assert body_of(drive.get(url)) == thumb
    assert drive.used() == len(sealed.bytes) + 2048 + 5000
    _, without = drive.small(b"x", "without")
    assert drive.get(f"revisions/{crypto.b64url(without.rev)}/thumb").status_code == 404


def test_a_blob_that_became_shorter_is_unavailable_and_never_a_shorter_answer(
    drive: DriveClient, large: Sealed, stores: Path
) -> None:
    for file in stores.glob("*/??/*"):
        file.write_bytes(file.read_bytes()[:-1])
    url = f"revisions/{crypto.b64url(large.rev)}"
    for answer in (
        drive.get(url, Range=f"bytes={2 * PART}-"),
        drive.post("revisions/read", {"revs": [crypto.b64url(large.rev)]}),
        drive.get(f"{url}/tree"),
    ):
        if isinstance(answer, StreamingHttpResponse):  # begun before the end was missed
            with pytest.raises(Missing):
                body_of(answer)
        else:
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_while_a_store_is_away_reading_is_unavailable(
    drive: DriveClient, large: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreAway

    monkeypatch.setattr(DiskStore, "open", away)
    url = f"revisions/{crypto.b64url(large.rev)}"
    read = drive.post("revisions/read", {"revs": [crypto.b64url(large.rev)]})
    for answer in (
        drive.get(url),
        drive.get(url, Range="bytes=0-9"),
        drive.get(f"{url}/tree"),
        read,
    ):
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer["Retry-After"]


def test_a_file_removed_while_it_is_read_breaks_off(drive: DriveClient, stores: Path) -> None:
    node, sealed = drive.upload(bytes(PART * 2), "file")
    answer = drive.get(f"revisions/{crypto.b64url(sealed.rev)}")
    drive.post(f"{path(node)}/trash")
    drive.delete(path(node))
    Blob.objects.all().delete()
    for file in stores.glob("dock/??/*"):
        file.unlink()
    with pytest.raises(Missing):
        body_of(answer)
