"""Charlie tries every address with Alice's ids, and without a session: he learns nothing."""

from typing import Any

import pytest
from django.test import Client

from commonkeep_cli import crypto
from tests.storage.drives import DriveClient, Sealed, digest_label, path

pytestmark = pytest.mark.django_db


def calls(node: str, rev: str, upload: str, record: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Every address that takes an id, as (method, path, body)."""
    return [
        ("get", f"nodes/{node}", None),
        ("get", f"nodes/{node}/children", None),
        ("get", f"nodes/{node}/revisions", None),
        ("put", f"nodes/{node}", {"record": record, "rev": None}),
        ("post", f"nodes/{node}/trash", {}),
        ("post", f"nodes/{node}/restore", {}),
        ("delete", f"nodes/{node}", None),
        ("get", f"revisions/{rev}", None),
        ("get", f"revisions/{rev}/tree", None),
        ("get", f"revisions/{rev}/thumb", None),
        ("post", "nodes/children", {"folders": [node]}),
        ("post", "revisions/read", {"revs": [rev]}),
        ("get", f"uploads/{upload}", None),
        ("delete", f"uploads/{upload}", None),
        ("post", f"uploads/{upload}/complete", {"record": record, "size": 300}),
    ]


def test_what_is_anothers_and_what_is_not_at_all_are_one_answer(
    drive: DriveClient, strangers: DriveClient
) -> None:
    folder = drive.made("folder")
    _, sealed = drive.small(b"secret", "file", into=folder.folder)
    open_upload = Sealed(b"x" * 300_000)
    drive.start(open_upload)
    record = strangers.folder("mine").record.to_wire()
    ids = [crypto.b64url(i) for i in (folder.id, sealed.rev, open_upload.rev)]
    unknown = [crypto.b64url(crypto.random_id()) for _ in range(3)]
    for foreign, nothing in zip(
        calls(ids[0], ids[1], ids[2], record),
        calls(unknown[0], unknown[1], unknown[2], record),
        strict=True,
    ):
        answers = [send(strangers, *call) for call in (foreign, nothing)]
        assert [a.status_code for a in answers] == [404, 404], foreign
        assert answers[0].content == answers[1].content, foreign
    assert drive.names(folder.folder) == {"file"}
    assert drive.get(f"uploads/{ids[2]}").status_code == 200


def test_a_part_for_anothers_upload_is_not_found(
    drive: DriveClient, strangers: DriveClient
) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    assert strangers.part(sealed, 0).status_code == 404
    assert drive.get(f"uploads/{crypto.b64url(sealed.rev)}").json()["parts"] == []


def test_nothing_can_be_put_into_anothers_folder(
    drive: DriveClient, strangers: DriveClient
) -> None:
    folder = drive.made("folder")
    intruder = strangers.folder("intruder", into=folder.folder)
    assert strangers.batch((intruder, None)).json()["code"] == "parent-gone"
    sealed = Sealed(b"x")
    assert strangers.start(sealed, into=folder.folder).json()["code"] == "parent-gone"
    assert drive.names(folder.folder) == set()


def test_a_record_signed_by_a_stranger_is_refused(
    drive: DriveClient, strangers: DriveClient
) -> None:
    node = strangers.folder("forged", into=drive.root)
    refused = drive.batch((node, None))
    assert (refused.status_code, refused.json()["code"]) == (422, "wrong-author")


def test_without_a_session_nothing_answers(client: Client, drive: DriveClient) -> None:
    node = drive.made("folder")
    some = crypto.b64url(node.id)
    every = [
        *calls(some, some, some, node.record.to_wire()),
        ("get", "drive", None),
        ("get", "changes", None),
        ("get", "trash", None),
        ("delete", "trash", None),
        ("get", "uploads", None),
        ("post", "uploads", {}),
        ("post", "nodes/batch", {}),
    ]
    for method, address, body in every:
        call = getattr(client, method)
        arguments = {"data": body, "content_type": "application/json"} if body is not None else {}
        answer = call(f"/api/v1/{address}", **arguments)
        assert (answer.status_code, answer.json()["code"]) == (401, "no-session"), address
        assert answer["WWW-Authenticate"] == "Bearer"
    put = client.put(
        f"/api/v1/uploads/{some}/parts/0",
        data=b"x",
        content_type="application/octet-stream",
        headers={"Content-Digest": digest_label(b"x")},
    )
    assert put.status_code == 401


@pytest.mark.parametrize("address", ["nodes/short", "nodes/" + "!" * 22, "nothing", "nodes"])
def test_addresses_that_are_none_are_not_found_in_the_same_shape(
    drive: DriveClient, address: str
) -> None:
    answer = drive.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not-found"


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '"text"', "null", "1", '{"record":' * 2000, '{"a":1}', b"\xff\xfe"]
)
def test_a_body_that_is_no_request_is_malformed(drive: DriveClient, body: Any) -> None:
    node = drive.made("folder")
    answer = drive._client.put(
        f"/api/v1/{path(node)}",
        data=body,
        content_type="application/json",
        headers=drive.person.headers,
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def send(drive: DriveClient, method: str, address: str, body: Any) -> Any:
    call = getattr(drive, method)
    return call(address) if body is None else call(address, body)
