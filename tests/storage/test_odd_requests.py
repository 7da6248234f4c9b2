"""Requests that no client makes are refused like any other; none of them is a fault of ours."""

from typing import Any

import pytest

from commonkeep_cli import crypto
from tests.storage.drives import OCTETS, DriveClient, Sealed, digest_label, path

pytestmark = pytest.mark.django_db

SURROGATE = rb'{"\ud800": 1}'
DEEP = b"[" * 200_000


def send(drive: DriveClient, method: str, address: str, data: bytes, **more: Any) -> Any:
    call = getattr(drive._client, method)
    kind = more.pop("content_type", "application/json")
    headers = drive.person.headers | more.pop("headers", {})
    return call(f"/api/v1/{address}", data=data, content_type=kind, headers=headers, **more)


@pytest.mark.parametrize("body", [SURROGATE, DEEP, b'{"%b": 1}' % (b"x" * 100_000)])
def test_bodies_that_are_hard_to_quote_are_malformed(drive: DriveClient, body: bytes) -> None:
    node = drive.made("folder")
    upload = crypto.b64url(crypto.random_id())
    form = (
        b'--cut\r\nContent-Disposition: form-data; name="nodes"\r\n\r\n' + body + b"\r\n--cut--\r\n"
    )
    for answer in (
        send(drive, "put", path(node), body),
        send(drive, "post", f"uploads/{upload}/complete", body),
        send(drive, "post", "nodes/batch", form, content_type="multipart/form-data; boundary=cut"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
        assert len(answer.content) < 1000


@pytest.mark.parametrize("length", ["²", "-1", "+5", "1_0", "9" * 5000, "abc", ""])
def test_a_length_that_is_no_number_is_malformed(drive: DriveClient, length: str) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    part = send(
        drive,
        "put",
        f"uploads/{crypto.b64url(sealed.rev)}/parts/0",
        sealed.bytes,
        content_type=OCTETS,
        headers={"Content-Digest": digest_label(sealed.bytes)},
        CONTENT_LENGTH=length,
    )
    form = "multipart/form-data; boundary=cut"
    batch = send(drive, "post", "nodes/batch", b"x", content_type=form, CONTENT_LENGTH=length)
    for answer in (part, batch):
        assert answer.status_code == 400
        assert answer.json()["fields"][0]["field"] == "Content-Length"


@pytest.mark.parametrize(("n", "status"), [("9" * 30, 400), ("9" * 5000, 404), ("٣", 404)])
def test_a_part_number_beyond_all_numbers_is_refused(
    drive: DriveClient, n: str, status: int
) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    address = f"uploads/{crypto.b64url(sealed.rev)}/parts/{n}"
    label = {"Content-Digest": digest_label(sealed.bytes)}
    answer = send(drive, "put", address, sealed.bytes, content_type=OCTETS, headers=label)
    assert answer.status_code == status


def test_a_file_shorter_than_any_sealed_one_is_malformed(drive: DriveClient) -> None:
    sealed = Sealed(b"")
    item = {
        "record": drive.file(sealed, "f").record.to_wire(),
        "rev": crypto.b64url(sealed.rev),
        "size": 55,
    }
    refused = drive.raw_batch({"nodes": [item]}, sealed.bytes[:55])
    assert (refused.status_code, refused.json()["fields"][0]["field"]) == (400, "nodes.0.size")
