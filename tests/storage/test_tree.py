"""Renaming, moving, trash and back, and removal for good."""

import pytest

from commonkeep_cli import crypto
from storage.models import Blob, Node, Tombstone
from storage.services import purge
from tests.storage.drives import DriveClient, Sealed, path, resigned

pytestmark = pytest.mark.django_db


def change(drive: DriveClient, node: crypto.Node) -> tuple[int, dict[str, object]]:
    rev = crypto.b64url(node.meta.rev) if isinstance(node.meta, crypto.FileMeta) else None
    answer = drive.put(path(node), {"record": node.record.to_wire(), "rev": rev})
    return answer.status_code, answer.json()


def rename(drive: DriveClient, node: crypto.Node, name: str) -> crypto.Node:
    return crypto.node.rename(node, name, folder=drive.root, author=drive.identity)


def move(drive: DriveClient, node: crypto.Node, folder: crypto.Folder) -> crypto.Node:
    return crypto.node.move(node, folder=folder, author=drive.identity)


def test_a_rename_keeps_content_and_is_seen(drive: DriveClient) -> None:
    node, sealed = drive.small(b"x", "old")
    status, answer = change(drive, rename(drive, node, "new"))
    assert (status, answer["rev"]) == (200, crypto.b64url(sealed.rev))
    assert drive.names() == {"new"}
    assert drive.content(sealed) == sealed.bytes


def test_a_rename_sent_again_changes_nothing(drive: DriveClient) -> None:
    node = drive.made("old")
    renamed = rename(drive, node, "new")
    assert change(drive, renamed) == change(drive, renamed)


def test_of_two_devices_renaming_one_node_the_second_is_told(drive: DriveClient) -> None:
    node = drive.made("old")
    mine, theirs = rename(drive, node, "mine"), rename(drive, node, "theirs")
    assert change(drive, theirs)[0] == 200
    status, answer = change(drive, mine)
    assert (status, answer["code"]) == (409, "record-stale")
    current = answer["current"]
    assert isinstance(current, dict)
    assert drive.opened(current, drive.root).meta.name == "theirs"


def test_a_rename_to_a_taken_name_is_refused(drive: DriveClient) -> None:
    node, other = drive.made("node"), drive.made("other")
    status, answer = change(drive, rename(drive, node, "other"))
    assert (status, answer["code"], answer["node"]) == (409, "name-taken", crypto.b64url(other.id))


def test_moving_a_folder_takes_what_is_below_along_without_touching_it(drive: DriveClient) -> None:
    folder, target = drive.made("folder"), drive.made("target")
    inner = drive.made("inner", into=folder.folder)
    before = drive.get(path(inner)).json()
    assert change(drive, move(drive, folder, target.folder))[0] == 200
    assert drive.names() == {"target"}
    assert drive.names(target.folder) == {"folder"}
    assert drive.get(path(inner)).json() == before


def test_a_folder_cannot_come_to_lie_inside_itself(drive: DriveClient) -> None:
    outer = drive.made("outer")
    inner = drive.made("inner", into=outer.folder)
    for target in (outer, inner):
        status, answer = change(drive, move(drive, outer, target.folder))
        assert (status, answer["code"]) == (409, "cycle")


def test_a_deep_folder_cannot_be_moved_below_the_last_level(drive: DriveClient) -> None:
    folder, chain = drive.root, []
    for level in range(90):
        chain.append(drive.folder(str(level), into=folder))
        folder = chain[-1].folder
    drive.batch(*((node, None) for node in chain))
    tall = drive.made("tall")
    below = tall.folder
    for level in range(40):
        below = drive.made(str(level), into=below).folder
    status, answer = change(drive, move(drive, tall, chain[-1].folder))
    assert (status, answer["code"]) == (409, "too-deep")
    assert change(drive, move(drive, tall, chain[80].folder))[0] == 200


def test_a_file_or_a_missing_folder_is_no_parent(drive: DriveClient) -> None:
    node, (file, _) = drive.made("node"), drive.small(b"x", "file")
    for nowhere in (crypto.Folder(file.id, file.key), drive.folder("never sent").folder):
        status, answer = change(drive, move(drive, node, nowhere))
        assert (status, answer["code"]) == (409, "parent-gone")
        assert answer["parent"] == crypto.b64url(nowhere.id)


def test_records_that_do_not_follow_are_refused(drive: DriveClient) -> None:
    node = drive.made("node")
    third = rename(drive, rename(drive, node, "second"), "third")
    status, answer = change(drive, third)
    assert (status, answer["code"]) == (409, "record-stale")
    edited = drive.put(path(node), {"record": resigned(node, ver=2), "rev": None})
    assert (edited.status_code, edited.json()["code"]) == (422, "bad-signature")
    other = drive.folder("other")
    swapped = drive.put(path(node), {"record": other.record.to_wire(), "rev": None})
    assert (swapped.status_code, swapped.json()["code"]) == (400, "malformed")


def test_trash_hides_and_restore_brings_back(drive: DriveClient) -> None:
    folder = drive.made("folder")
    _, sealed = drive.small(b"x", "inner", into=folder.folder)
    trashed = drive.post(f"{path(folder)}/trash").json()
    assert trashed["trashed_at"] is not None
    assert drive.names() == set()
    assert [item["record"]["node"] for item in drive.get("trash").json()["items"]] == [
        crypto.b64url(folder.id)
    ]
    assert drive.post(f"{path(folder)}/restore").json()["trashed_at"] is None
    assert drive.names() == {"folder"}
    assert drive.names(folder.folder) == {"inner"}
    assert drive.content(sealed) == sealed.bytes
    assert drive.get("trash").json()["items"] == []


def test_nothing_can_be_put_into_a_trashed_folder_or_changed_in_the_trash(
    drive: DriveClient,
) -> None:
    folder = drive.made("folder")
    drive.post(f"{path(folder)}/trash")
    inside = drive.batch((drive.folder("inside", into=folder.folder), None))
    assert inside.json()["code"] == "parent-gone"
    status, answer = change(drive, rename(drive, folder, "new"))
    assert (status, answer["code"]) == (409, "in-trash")


def test_a_name_taken_meanwhile_wants_a_new_one_at_restore(drive: DriveClient) -> None:
    node = drive.made("name")
    drive.post(f"{path(node)}/trash")
    drive.made("name")
    refused = drive.post(f"{path(node)}/restore")
    assert (refused.status_code, refused.json()["code"]) == (409, "name-taken")
    record = rename(drive, node, "name (2)").record.to_wire()
    assert drive.post(f"{path(node)}/restore", {"record": record}).status_code == 200
    assert drive.post(f"{path(node)}/restore", {"record": record}).status_code == 200
    assert drive.names() == {"name", "name (2)"}


def test_what_lost_its_folder_is_restored_elsewhere(drive: DriveClient) -> None:
    folder = drive.made("folder")
    inner = drive.made("inner", into=folder.folder)
    drive.post(f"{path(inner)}/trash")
    drive.post(f"{path(folder)}/trash")
    refused = drive.post(f"{path(inner)}/restore")
    assert refused.json()["code"] == "parent-gone"
    record = move(drive, inner, drive.root).record.to_wire()
    assert drive.post(f"{path(inner)}/restore", {"record": record}).status_code == 200
    assert drive.names() == {"inner"}


def test_only_the_trash_can_be_removed_for_good(drive: DriveClient) -> None:
    node = drive.made("node")
    refused = drive.delete(path(node))
    assert (refused.status_code, refused.json()["code"]) == (409, "not-in-trash")
    drive.post(f"{path(node)}/trash")
    assert drive.delete(path(node)).status_code == 204
    assert drive.get(path(node)).status_code == 404
    assert drive.used() == 0


def test_removal_for_good_takes_everything_below_and_gives_the_room_back(
    drive: DriveClient,
) -> None:
    top = drive.made("top")
    kept, kept_file = drive.small(b"kept", "kept")
    inner = drive.made("inner", into=top.folder)
    files = [Sealed(bytes(n)) for n in range(30)]
    drive.batch(*((drive.file(f, f"{n}", into=inner.folder), f) for n, f in enumerate(files)))
    drive.post(f"{path(top)}/trash")
    assert drive.delete("trash").status_code == 204
    assert drive.used() == len(kept_file.bytes) + 2048
    assert Node.objects.filter(parent__isnull=False).count() == 1
    assert Tombstone.objects.count() == 32
    assert sorted(Blob.objects.values_list("state", flat=True)) == ["condemned", "stored"]
    assert drive.content(kept_file) == kept_file.bytes
    assert drive.names() == {"kept"}
    assert kept.id == kept_file.node


def test_a_removal_that_was_interrupted_goes_on(
    drive: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = drive.made("top")
    for n in range(10):
        drive.made(str(n), into=top.folder)
    drive.post(f"{path(top)}/trash")
    monkeypatch.setattr(purge, "STEP", 3)
    drive.delete(path(top))
    assert drive.get(path(top)).status_code == 404
    assert drive.get("trash").json()["items"] == []
    assert Node.objects.filter(purging=True).count() == 1
    for _ in range(3):
        purge.sweep()
    assert Node.objects.filter(parent__isnull=False).count() == 0
    assert drive.used() == 0


def test_a_name_in_the_trash_is_free(drive: DriveClient) -> None:
    drive.post(f"{path(drive.made('name'))}/trash")
    drive.made("name")
    assert drive.names() == {"name"}
