"""Many folders and small files in one request: all or nothing."""

import pytest

from commonkeep_cli import crypto
from storage.models import Blob, Node, Revision
from tests.storage.drives import DriveClient, Sealed, path, resigned

pytestmark = pytest.mark.django_db


def test_folders_and_files_arrive_together_parents_first(drive: DriveClient) -> None:
    top = drive.folder("top")
    inner = drive.folder("inner", into=top.folder)
    files = [Sealed(bytes([n]) * n * 1000) for n in range(1, 6)]
    nodes = [drive.file(f, f"file {n}", into=inner.folder) for n, f in enumerate(files)]
    answer = drive.batch((top, None), (inner, None), *zip(nodes, files, strict=True))
    assert answer.status_code == 200
    assert [item["record"]["node"] for item in answer.json()["nodes"]] == [
        crypto.b64url(node.id) for node in (top, inner, *nodes)
    ]
    assert drive.names(inner.folder) == {f"file {n}" for n in range(5)}
    for sealed in files:
        assert drive.content(sealed) == sealed.bytes


def test_one_blob_holds_the_whole_batch(drive: DriveClient) -> None:
    files = [Sealed(b"x" * n) for n in range(10)]
    drive.batch(*((drive.file(f, str(n)), f) for n, f in enumerate(files)))
    assert Blob.objects.count() == 1
    assert drive.used() == sum(len(f.bytes) + 2048 for f in files)


def test_a_batch_sent_again_changes_nothing(drive: DriveClient) -> None:
    folder = drive.folder("folder")
    sealed = Sealed(b"content")
    items = [(folder, None), (drive.file(sealed, "file", into=folder.folder), sealed)]
    first = drive.batch(*items).json()
    used = drive.used()
    assert drive.batch(*items).json() == first
    assert drive.used() == used
    assert Blob.objects.filter(state="stored").count() == 1


def test_one_wrong_item_refuses_all_and_is_named(drive: DriveClient) -> None:
    good, other, wrong = Sealed(b"1"), Sealed(b"2"), Sealed(b"3")
    node = drive.file(wrong, "wrong")
    document = {
        "nodes": [
            {"record": record, "rev": crypto.b64url(f.rev), "size": len(f.bytes)}
            for record, f in [
                (drive.file(good, "good").record.to_wire(), good),
                (drive.file(other, "other").record.to_wire(), other),
                (resigned(node, ver=7), wrong),
            ]
        ]
    }
    refused = drive.raw_batch(document, good.bytes + other.bytes + wrong.bytes)
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-signature")
    assert refused.json()["index"] == 2
    assert drive.names() == set()
    assert drive.used() == 0


def test_two_of_one_name_in_a_batch_are_refused_by_index(drive: DriveClient) -> None:
    first, second = drive.folder("same"), drive.folder("same")
    refused = drive.batch((first, None), (second, None))
    assert (refused.status_code, refused.json()["code"]) == (409, "name-taken")
    assert (refused.json()["index"], refused.json()["node"]) == (1, crypto.b64url(first.id))


def test_a_name_that_is_there_already_is_refused_by_index(drive: DriveClient) -> None:
    drive.made("same")
    refused = drive.batch((drive.folder("new"), None), (drive.folder("same"), None))
    assert (refused.status_code, refused.json()["index"]) == (409, 1)
    assert drive.names() == {"same"}


def test_equal_names_in_different_folders_are_fine(drive: DriveClient) -> None:
    one, two = drive.made("one"), drive.made("two")
    answer = drive.batch(
        (drive.folder("same", into=one.folder), None), (drive.folder("same", into=two.folder), None)
    )
    assert answer.status_code == 200


def test_a_missing_parent_is_refused_by_index(drive: DriveClient) -> None:
    nowhere = drive.folder("nowhere")
    refused = drive.batch(
        (drive.folder("fine"), None), (drive.folder("lost", into=nowhere.folder), None)
    )
    assert (refused.json()["code"], refused.json()["index"]) == ("parent-gone", 1)
    assert refused.json()["parent"] == crypto.b64url(nowhere.id)


def test_a_batch_brings_new_content_of_a_file_that_is_there(drive: DriveClient) -> None:
    node, old = drive.small(b"old", "file")
    new = Sealed(b"new", of=node)
    assert drive.batch((drive.new_content(node, new), new)).status_code == 200
    assert drive.get(path(node)).json()["rev"] == crypto.b64url(new.rev)
    assert drive.content(old) == old.bytes
    assert drive.content(new) == new.bytes


def test_new_content_over_a_change_of_another_device_is_stale(drive: DriveClient) -> None:
    node, _ = drive.small(b"old", "file")
    mine, theirs = Sealed(b"mine", of=node), Sealed(b"theirs", of=node)
    drive.batch((drive.new_content(node, theirs), theirs))
    refused = drive.batch((drive.new_content(node, mine), mine))
    assert (refused.status_code, refused.json()["code"]) == (409, "record-stale")
    assert refused.json()["current"]["rev"] == crypto.b64url(theirs.rev)
    assert refused.json()["index"] == 0


def test_an_id_of_somebody_else_cannot_be_taken(drive: DriveClient, strangers: DriveClient) -> None:
    sealed = Sealed(b"mine")
    drive.batch((drive.file(sealed, "mine"), sealed))
    same_node = strangers.batch((strangers.file(sealed, "theirs"), sealed))
    assert (same_node.status_code, same_node.json()["code"]) == (409, "id-taken")
    assert strangers.used() == 0


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], ""),
        ({}, "nodes"),
        ({"nodes": []}, "nodes"),
        ({"nodes": [1]}, "nodes"),
        ({"nodes": [{}]}, "nodes.0.record"),
        ({"nodes": [{"record": {}, "rev": None, "size": None}]}, "nodes.0.record.node"),
        ({"nodes": [], "more": 1}, "more"),
    ],
)
def test_a_malformed_batch_says_where(drive: DriveClient, document: object, field: str) -> None:
    refused = drive.raw_batch(document)
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
    assert any(fault["field"].startswith(field) for fault in refused.json()["fields"]), (
        refused.json()
    )


def test_sizes_must_add_up_and_files_and_folders_be_told_apart(drive: DriveClient) -> None:
    sealed = Sealed(b"x")
    node = drive.file(sealed, "f").record.to_wire()
    rev = crypto.b64url(sealed.rev)
    whole = {"record": node, "rev": rev, "size": len(sealed.bytes)}
    assert drive.raw_batch({"nodes": [whole]}, sealed.bytes + b"!").status_code == 400
    assert drive.raw_batch({"nodes": [whole]}).status_code == 400
    assert drive.raw_batch({"nodes": [whole | {"size": None}]}).status_code == 400
    folder = {"record": drive.folder("d").record.to_wire(), "rev": rev, "size": len(sealed.bytes)}
    assert drive.raw_batch({"nodes": [folder]}, sealed.bytes).status_code == 400
    assert drive.used() == 0


def test_more_than_a_hundred_or_too_much_is_refused(drive: DriveClient) -> None:
    many = [(drive.folder(str(n)), None) for n in range(101)]
    assert drive.batch(*many).json()["code"] == "malformed"
    huge = drive.raw_batch({"nodes": []}, bytes(11 * 1024 * 1024))
    assert (huge.status_code, huge.json()["code"]) == (413, "too-large")


def test_deeper_than_128_levels_is_refused(drive: DriveClient) -> None:
    folder, chain = drive.root, []
    for level in range(129):
        node = drive.folder(str(level), into=folder)
        chain.append((node, None))
        folder = node.folder
    assert drive.batch(*chain[:100]).status_code == 200
    refused = drive.batch(*chain[100:])
    assert (refused.json()["code"], refused.json()["index"]) == ("too-deep", 28)
    assert refused.json()["most"] == 128
    assert drive.batch(*chain[100:128]).status_code == 200


def test_every_row_of_a_batch_is_there_or_none(drive: DriveClient) -> None:
    sealed = Sealed(b"x")
    orphan = drive.file(Sealed(b""), "orphan", into=drive.folder("nowhere").folder)
    drive.batch((drive.file(sealed, "f"), sealed), (orphan, Sealed(b"", of=orphan)))
    assert not Revision.objects.exists()
    assert Node.objects.filter(parent__isnull=False).count() == 0
    assert set(Blob.objects.values_list("state", flat=True)) == {"condemned"}
