"""Ids are drawn by clients: taken ones are refused by name, whoever took them and whenever."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from commonkeep_cli import crypto
from storage.models import Blob, Upload
from storage.services import placing, purge
from tests.accounts.at_once import at_once
from tests.people import Person
from tests.storage.drives import DriveClient, Sealed, path


@pytest.fixture
def bobs(transactional_db: None) -> DriveClient:
    client = Client()
    return DriveClient(client, Person.sign_up(client, "bob"))


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def blind_once(function: Callable[..., Any]) -> Callable[..., Any]:
    """Finds nothing the first time, as if the other's commit came just after it looked."""
    calls = iter([dict])
    return lambda *args: next(calls, lambda: function(*args))()


def test_two_accounts_that_draw_one_node_id_at_once(
    racing_drive: DriveClient, bobs: DriveClient
) -> None:
    for n in range(5):
        sealed = Sealed(b"x")
        mine = racing_drive.file(sealed, f"{n}"), sealed
        theirs = bobs.file(sealed, f"{n}"), sealed
        found = at_once([lambda m=mine: racing_drive.batch(m), lambda t=theirs: bobs.batch(t)])  # type: ignore[misc]
        assert sorted(map(code, found)) == [(200, ""), (409, "id-taken")]


def test_an_id_taken_between_look_and_write_is_named_all_the_same(
    racing_drive: DriveClient, bobs: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed, fine = Sealed(b"x"), Sealed(b"y")
    racing_drive.batch((racing_drive.file(sealed, "mine"), sealed))
    monkeypatch.setattr(placing, "_nodes_of", blind_once(placing._nodes_of))
    other = Sealed(b"z")
    other.node = sealed.node
    refused = bobs.batch((bobs.file(fine, "fine"), fine), (bobs.file(other, "theirs"), other))
    assert code(refused) == (409, "id-taken")
    assert refused.json()["index"] == 1
    assert bobs.used() == 0
    assert not Blob.objects.filter(drive=bobs.person.user_id, state="stored").exists()


def test_two_accounts_that_promise_one_rev_at_once(
    racing_drive: DriveClient, bobs: DriveClient
) -> None:
    for _ in range(5):
        sealed = Sealed(bytes(300_000))
        found = at_once([lambda s=sealed: racing_drive.start(s), lambda s=sealed: bobs.start(s)])  # type: ignore[misc]
        assert sorted(map(code, found)) == [(201, ""), (409, "id-taken")]
    assert Upload.objects.count() == 5


def test_completing_twice_at_once_makes_one_revision(racing_drive: DriveClient) -> None:
    sealed = Sealed(bytes(300_000))
    node = racing_drive.file(sealed, "f")
    racing_drive.start(sealed)
    racing_drive.part(sealed, 0)
    found = at_once([lambda: racing_drive.complete(sealed, node)] * 3)
    assert [answer.status_code for answer in found] == [200, 200, 200]
    assert (racing_drive.used(), racing_drive.reserved()) == (len(sealed.bytes) + 2048, 0)


def test_completing_and_cancelling_at_once_ends_as_one_of_the_two(
    racing_drive: DriveClient,
) -> None:
    sealed = Sealed(bytes(300_000))
    node = racing_drive.file(sealed, "f")
    racing_drive.start(sealed)
    racing_drive.part(sealed, 0)
    done, gone = at_once(
        [
            lambda: racing_drive.complete(sealed, node),
            lambda: racing_drive.delete(f"uploads/{crypto.b64url(sealed.rev)}"),
        ]
    )
    assert racing_drive.reserved() == 0
    if done.status_code == 200:
        assert racing_drive.content(sealed) == sealed.bytes
    else:
        assert (code(done), gone.status_code) == ((410, "upload-expired"), 204)
        assert racing_drive.used() == 0


def test_parts_replaced_at_once_leave_one(racing_drive: DriveClient) -> None:
    sealed = Sealed(bytes(300_000))
    racing_drive.start(sealed, size=None)
    others = [bytes([n]) * len(sealed.bytes) for n in range(1, 4)]
    at_once([lambda data=data: racing_drive.part(sealed, 0, data) for data in others])  # type: ignore[misc]
    assert racing_drive.part(sealed, 0).status_code == 204
    assert racing_drive.reserved() == 2048 + len(sealed.bytes)
    assert Blob.objects.filter(state="stored").count() == 1
    assert racing_drive.complete(sealed, racing_drive.file(sealed, "f")).status_code == 200
    assert racing_drive.content(sealed) == sealed.bytes


@pytest.mark.django_db
def test_a_node_on_its_way_out_keeps_its_id_until_it_is_gone(
    drive: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, sealed = drive.small(b"x", "f")
    new = Sealed(b"new", of=node)
    monkeypatch.setattr(purge, "carry_on", lambda drive_id: None)
    drive.post(f"{path(node)}/trash")
    drive.delete(path(node))
    assert code(drive.batch((node, sealed))) == (409, "id-taken")
    assert code(drive.batch((drive.new_content(node, new), new))) == (404, "not-found")


@pytest.mark.django_db
def test_a_node_twice_in_a_batch_is_malformed_unless_it_is_just_the_same(
    drive: DriveClient,
) -> None:
    node, first = drive.small(b"1", "f")
    second, third = Sealed(b"2", of=node), Sealed(b"3", of=node)
    twice = drive.batch(
        (drive.new_content(node, second), second), (drive.new_content(node, third), third)
    )
    assert code(twice) == (400, "malformed")
    assert twice.json()["index"] == 1
    sealed = Sealed(b"new")
    new = drive.file(sealed, "new"), sealed
    assert drive.batch(new, new).status_code == 200
    assert drive.used() == len(first.bytes) + len(sealed.bytes) + 2 * 2048


@pytest.mark.django_db
def test_names_may_change_hands_within_a_batch(drive: DriveClient) -> None:
    node, _ = drive.small(b"1", "a")
    content, newcomer = Sealed(b"2", of=node), Sealed(b"3")
    renamed = crypto.node.update(node, content.meta("b"), folder=drive.root, author=drive.identity)
    clash = drive.batch((drive.file(newcomer, "b"), newcomer), (renamed, content))
    assert code(clash) == (409, "name-taken")
    assert clash.json()["index"] == 1
    assert drive.batch((renamed, content), (drive.file(newcomer, "a"), newcomer)).status_code == 200
    assert drive.names() == {"a", "b"}


@pytest.mark.django_db
def test_a_folder_made_again_after_it_was_renamed_is_stale(drive: DriveClient) -> None:
    folder = drive.made("old")
    renamed = crypto.node.rename(folder, "new", folder=drive.root, author=drive.identity)
    drive.put(path(folder), {"record": renamed.record.to_wire(), "rev": None})
    again = drive.batch((folder, None))
    assert code(again) == (409, "record-stale")
    assert again.json()["current"]["record"] == renamed.record.to_wire()


@pytest.mark.django_db
def test_a_revision_that_a_batch_brought_first_leaves_no_parts_behind(drive: DriveClient) -> None:
    sealed = Sealed(b"x" * 1000)
    node = drive.file(sealed, "f")
    drive.start(sealed)
    drive.part(sealed, 0)
    assert drive.batch((node, sealed)).status_code == 200
    assert drive.complete(sealed, node).status_code == 200
    assert Blob.objects.filter(state="stored").count() == 1
    assert (drive.used(), drive.reserved()) == (len(sealed.bytes) + 2048, 0)
    assert not Upload.objects.exists()
