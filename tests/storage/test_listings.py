"""Many folders listed by one request."""

from uuid import UUID

import pytest

from commonkeep_cli import crypto
from storage.services import listings
from tests.storage.drives import DriveClient, path

pytestmark = pytest.mark.django_db


def ask(drive: DriveClient, *folders: crypto.Node) -> list[tuple[str, int, str | None]]:
    body = {"folders": [crypto.b64url(folder.id) for folder in folders]}
    answer = drive.post("nodes/children", body)
    assert answer.status_code == 200
    return [(f["folder"], len(f["items"]), f["next"]) for f in answer.json()["folders"]]


def filled(drive: DriveClient, name: str, count: int) -> crypto.Node:
    folder = drive.made(name)
    if count:
        drive.batch(*((drive.folder(str(n), into=folder.folder), None) for n in range(count)))
    return folder


def test_each_folder_comes_with_what_is_live_in_it(drive: DriveClient) -> None:
    folders = {count: filled(drive, str(count), count) for count in (0, 3, 7)}
    gone = drive.made("gone", into=folders[0].folder)
    drive.post(f"{path(gone)}/trash")
    expected = [(crypto.b64url(folder.id), count, None) for count, folder in folders.items()]
    assert sorted(ask(drive, *folders.values(), folders[0])) == sorted(expected)


def test_what_does_not_fit_is_left_for_the_next_request(
    drive: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.api.children.MOST", 5)
    folders = sorted((filled(drive, str(n), 3) for n in range(3)), key=lambda node: node.id)
    first, second, third = (crypto.b64url(folder.id) for folder in folders)
    assert ask(drive, *folders) == [(first, 3, None)]
    assert ask(drive, *folders[1:]) == [(second, 3, None)]
    assert ask(drive, *folders[2:]) == [(third, 3, None)]


def test_one_that_is_larger_than_a_page_is_cut_and_goes_on_alone(
    drive: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.api.children.MOST", 5)
    folder = filled(drive, "large", 8)
    ((_, count, following),) = ask(drive, folder)
    assert count == 5
    rest = drive.get(f"{path(folder)}/children?after={following}").json()
    assert (len(rest["items"]), rest["next"]) == (3, None)


def test_a_strangers_folder_among_them_is_not_found(
    drive: DriveClient, strangers: DriveClient
) -> None:
    mine, theirs = drive.made("mine"), strangers.made("theirs")
    for other in (theirs.id, crypto.node.new_id()):
        body = {"folders": [crypto.b64url(mine.id), crypto.b64url(other)]}
        answer = drive.post("nodes/children", body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("folders", [[], "x", ["short"], ["A" * 22] * 101, None])
def test_a_malformed_list_is_refused(drive: DriveClient, folders: object) -> None:
    answer = drive.post("nodes/children", {"folders": folders})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_nothing_asked_for_is_left_out_of_a_page_that_holds_all(drive: DriveClient) -> None:
    folders = [drive.made(str(n)) for n in range(4)]
    found = listings.of([folder_id(node) for node in folders], limit=1)
    assert [listing.whole for listing in found] == [True] * 4


def folder_id(node: crypto.Node) -> UUID:
    return UUID(bytes=node.id)
