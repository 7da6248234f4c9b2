"""Putting a large file: promise, parts, complete."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commonkeep_cli import crypto
from storage.models import Blob, Part, Upload
from storage.services import uploads
from tests.storage.drives import PART, DriveClient, Sealed, digest_label, path, resigned

ROWS = 2048
pytestmark = pytest.mark.django_db


def url(sealed: Sealed) -> str:
    return f"uploads/{crypto.b64url(sealed.rev)}"


@pytest.mark.parametrize("size", [0, 1, 262_088, 262_089, PART - 100, PART, PART * 2 + 7])
def test_a_file_comes_back_byte_for_byte(drive: DriveClient, size: int) -> None:
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    node, sealed = drive.upload(content, "a file")
    assert drive.content(sealed) == sealed.bytes
    assert drive.names() == {"a file"}
    item = drive.get(path(node)).json()
    assert (item["rev"], item["size"]) == (crypto.b64url(sealed.rev), len(sealed.bytes))


def test_the_promise_reserves_and_complete_turns_it_into_use(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    assert (drive.used(), drive.reserved()) == (0, len(sealed.bytes) + ROWS)
    drive.part(sealed, 0)
    drive.complete(sealed, drive.file(sealed, "f"))
    assert (drive.used(), drive.reserved()) == (len(sealed.bytes) + ROWS, 0)


def test_the_same_promise_again_is_the_same_upload(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 300_000)
    first, again = drive.start(sealed).json(), drive.start(sealed).json()
    assert first == again
    assert drive.reserved() == len(sealed.bytes) + ROWS
    other = drive.start(sealed, size=300_000)
    assert (other.status_code, other.json()["code"]) == (409, "id-taken")


def test_an_upload_says_which_parts_it_holds(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * (PART * 2))
    drive.start(sealed)
    drive.part(sealed, 1)
    held = drive.get(url(sealed)).json()
    assert [(part["n"], part["size"]) for part in held["parts"]] == [(1, PART)]
    assert held["part_size"] == PART
    assert drive.get("uploads").json()["items"][0]["rev"] == crypto.b64url(sealed.rev)


def test_a_part_sent_again_is_kept_once(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    for _ in range(2):
        assert drive.part(sealed, 0).status_code == 204
    assert Part.objects.count() == 1
    assert Blob.objects.count() == 1


def test_a_part_may_be_replaced_until_complete(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    drive.part(sealed, 0, bytes(len(sealed.bytes)))
    drive.part(sealed, 0)
    drive.complete(sealed, drive.file(sealed, "f"))
    assert drive.content(sealed) == sealed.bytes
    assert Blob.objects.filter(state="condemned").count() == 1


def test_a_part_of_the_wrong_length_is_refused_and_nothing_kept(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    short = drive.part(sealed, 0, sealed.bytes[:-1])
    assert (short.status_code, short.json()["code"]) == (422, "length-mismatch")
    assert short.json()["expected"] == len(sealed.bytes)
    assert drive.get(url(sealed)).json()["parts"] == []


def test_a_part_with_the_wrong_hash_is_refused_and_nothing_kept(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    flipped = bytes([sealed.bytes[0] ^ 1]) + sealed.bytes[1:]
    wrong = drive.part(sealed, 0, flipped, label=digest_label(sealed.bytes))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "hash-mismatch")
    assert wrong.json()["lost"] == "nothing"
    assert not Blob.objects.filter(state="stored").exists()


@pytest.mark.parametrize("label", ["", "sha-256=:abc:", "md5=:1B2M2Y8AsgTpgAmY7PhCfg==:"])
def test_a_part_without_a_proper_digest_is_malformed(drive: DriveClient, label: str) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    answer = drive.part(sealed, 0, label=label)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert answer.json()["fields"][0]["field"] == "Content-Digest"


def test_a_part_behind_the_end_is_malformed_and_a_huge_one_too_large(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    assert drive.part(sealed, 1, b"x").json()["code"] == "malformed"
    assert (
        drive.part(sealed, 0, bytes(PART + 1)).json() | {"most": PART}
        == drive.part(sealed, 0, bytes(PART + 1)).json()
    )


def test_complete_names_the_parts_that_are_missing(drive: DriveClient) -> None:
    sealed = Sealed(bytes(PART * 4))
    drive.start(sealed)
    drive.part(sealed, 2)
    refused = drive.complete(sealed, drive.file(sealed, "f"))
    assert (refused.status_code, refused.json()["code"]) == (409, "parts-missing")
    assert refused.json()["missing"] == [[0, 1], [3, 4]]


def test_complete_again_answers_the_same(drive: DriveClient) -> None:
    node, sealed = drive.upload(b"x" * 300_000, "f")
    used, change = drive.used(), drive.get("drive").json()["change"]
    again = drive.complete(sealed, node)
    assert again.status_code == 200
    assert again.json()["rev"] == crypto.b64url(sealed.rev)
    assert (drive.used(), drive.get("drive").json()["change"]) == (used, change)


def test_a_taken_name_moves_no_byte_twice(drive: DriveClient) -> None:
    first, _ = drive.upload(b"x" * 300_000, "same")
    sealed = Sealed(b"y" * 300_000)
    drive.start(sealed)
    drive.part(sealed, 0)
    refused = drive.complete(sealed, drive.file(sealed, "same"))
    assert (refused.status_code, refused.json()["code"]) == (409, "name-taken")
    assert refused.json()["node"] == crypto.b64url(first.id)
    assert drive.complete(sealed, drive.file(sealed, "same (2)")).status_code == 200
    assert drive.names() == {"same", "same (2)"}


def test_a_record_that_its_author_did_not_sign_is_refused(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    drive.part(sealed, 0)
    node = drive.file(sealed, "f")
    edited = drive.complete(sealed, node, record=resigned(node, tag=bytes(16)))
    assert (edited.status_code, edited.json()["code"]) == (422, "bad-signature")
    foreign = drive.complete(sealed, node, record=resigned(node, author=crypto.UserId(bytes(16))))
    assert (foreign.status_code, foreign.json()["code"]) == (422, "wrong-author")
    assert drive.complete(sealed, node).status_code == 200


def test_an_expired_promise_says_so_and_an_unknown_one_is_not_found(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for answer in (
        drive.get(url(sealed)),
        drive.part(sealed, 0),
        drive.complete(sealed, drive.file(sealed, "f")),
        drive.start(sealed),
    ):
        assert (answer.status_code, answer.json()["code"]) == (410, "upload-expired")
    unknown = Sealed(b"")
    for answer in (
        drive.get(url(unknown)),
        drive.part(unknown, 0),
        drive.complete(unknown, drive.file(unknown, "f")),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_a_cancelled_upload_gives_its_room_back(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    drive.part(sealed, 0)
    assert drive.delete(url(sealed)).status_code == 204
    assert drive.reserved() == 0
    assert drive.get("uploads").json()["items"] == []
    assert drive.delete(url(sealed)).status_code == 204
    assert drive.part(sealed, 0).status_code == 410
    assert Blob.objects.get().state == "condemned"


def test_a_stream_of_unknown_length_grows_by_its_parts(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * (PART + 1000))
    assert drive.start(sealed, size=None).json()["size"] is None
    assert drive.reserved() == ROWS
    drive.part(sealed, 0)
    assert drive.reserved() == ROWS + PART
    drive.part(sealed, 1)
    assert drive.complete(sealed, drive.file(sealed, "stream")).status_code == 200
    assert drive.content(sealed) == sealed.bytes
    assert (drive.used(), drive.reserved()) == (len(sealed.bytes) + ROWS, 0)


def test_a_length_that_no_sealed_file_has_is_refused(drive: DriveClient) -> None:
    sealed = Sealed(b"x")
    for size in (1, 55, 262_144 + 16):
        assert drive.start(sealed, size=size).json()["code"] == "malformed"
    huge = drive.start(sealed, size=2**42 + 1)
    assert (huge.status_code, huge.json()["code"]) == (413, "too-large")
    assert huge.json()["most"] == 2**42


def test_a_missing_parent_is_refused_before_any_byte_is_sent(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 300_000)
    gone = drive.start(sealed, parent=crypto.b64url(crypto.random_id()))
    assert (gone.status_code, gone.json()["code"]) == (409, "parent-gone")
    assert drive.reserved() == 0


def test_parts_double_so_that_a_file_has_at_most_8192() -> None:
    for size, expected in [(1, PART), (64 * 2**30, PART), (64 * 2**30 + 1, 2 * PART)]:
        assert uploads.part_size(size) == expected
    assert uploads.part_size(2**42) * uploads.MOST_PARTS >= 2**42
    assert uploads.part_size(None) == PART
