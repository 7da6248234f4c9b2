"""The change feed and paged listings."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonkeep_cli import crypto
from storage.models import Node
from storage.services import changes, reaper
from tests.storage.drives import DriveClient, Sealed, path

pytestmark = pytest.mark.django_db


def feed(drive: DriveClient, after: int = 0, limit: int = 200) -> dict[str, Any]:
    answer = drive.get(f"changes?after={after}&limit={limit}")
    assert answer.status_code == 200
    return dict(answer.json())


def test_every_change_comes_once_in_order(drive: DriveClient) -> None:
    folder = drive.made("folder")
    node, _ = drive.small(b"x", "file", into=folder.folder)
    drive.post(f"{path(node)}/trash")
    found = feed(drive)
    assert [item["change"] for item in found["items"]] == [1, 3]
    assert found["items"][1]["node"]["trashed_at"] is not None
    assert (found["next"], found["more"]) == (3, False)
    assert drive.get("drive").json()["change"] == 3
    assert feed(drive, after=3) == {"items": [], "next": 3, "more": False}


def test_the_feed_tells_of_what_was_removed_for_good(drive: DriveClient) -> None:
    node = drive.made("node")
    drive.post(f"{path(node)}/trash")
    drive.delete(path(node))
    (item,) = feed(drive)["items"]
    assert item["purged"] == crypto.b64url(node.id)


def test_no_later_change_hides_one_that_was_made_while_the_feed_was_read(
    drive: DriveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between nodes and tombstones another device renames one node and removes another."""
    renamed, removed = drive.made("renamed"), drive.made("removed")
    drive.post(f"{path(removed)}/trash")
    start = drive.get("drive").json()["change"]
    other = drive.made("other")
    of_node = changes._of_node

    def change_meanwhile(node: Node) -> changes.Change:
        monkeypatch.setattr(changes, "_of_node", of_node)
        record = crypto.node.rename(renamed, "new", folder=drive.root, author=drive.identity).record
        assert (
            drive.put(path(renamed), {"record": record.to_wire(), "rev": None}).status_code == 200
        )
        assert drive.delete(path(removed)).status_code == 204
        return of_node(node)

    monkeypatch.setattr(changes, "_of_node", change_meanwhile)
    first = feed(drive, start)
    rest = feed(drive, first["next"])
    told = first["items"] + rest["items"]
    nodes = [item["node"]["record"]["node"] for item in told if "node" in item]
    assert nodes == [crypto.b64url(other.id), crypto.b64url(renamed.id)]
    assert told[-1]["purged"] == crypto.b64url(removed.id)


def test_the_feed_comes_in_pages(drive: DriveClient) -> None:
    drive.batch(*((drive.folder(str(n)), None) for n in range(10)))
    seen, after, more = [], 0, True
    while more:
        page = feed(drive, after, limit=3)
        assert len(page["items"]) <= 3
        seen += [item["change"] for item in page["items"]]
        after, more = page["next"], page["more"]
    assert seen == list(range(1, 11))


def test_a_feed_older_than_the_tombstones_is_expired(drive: DriveClient) -> None:
    node = drive.made("node")
    drive.post(f"{path(node)}/trash")
    drive.delete(path(node))
    reaper.reap(timezone.now() + timedelta(days=91))
    refused = drive.get("changes?after=1")
    assert (refused.status_code, refused.json()["code"]) == (410, "changes-expired")
    assert feed(drive, drive.get("drive").json()["change"])["items"] == []


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "limit=0", "limit=1001", "limit=000100000", "limit=x"]
)
def test_senseless_pages_are_malformed(drive: DriveClient, query: str) -> None:
    refused = drive.get(f"changes?{query}")
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")


def test_a_folder_is_listed_in_pages_that_stay_true_while_it_changes(drive: DriveClient) -> None:
    folder = drive.made("folder")
    nodes = [drive.folder(str(n), into=folder.folder) for n in range(10)]
    drive.batch(*((node, None) for node in nodes))
    order = sorted(nodes, key=lambda node: node.id)
    first = drive.get(f"{path(folder)}/children?limit=4").json()
    drive.post(f"{path(order[1])}/trash")
    rest = drive.get(f"{path(folder)}/children?limit=20&after={first['next']}").json()
    listed = [item["record"]["node"] for item in first["items"] + rest["items"]]
    assert listed == [crypto.b64url(node.id) for node in order]
    assert rest["next"] is None
    assert drive.get(f"{path(folder)}/children?after=x").status_code == 400


def test_one_name_is_found_by_its_tag_without_listing_the_folder(drive: DriveClient) -> None:
    folder = drive.made("folder")
    nodes = [drive.folder(str(n), into=folder.folder) for n in range(10)]
    drive.batch(*((node, None) for node in nodes))
    tag = crypto.b64url(nodes[3].record.tag)
    (found,) = drive.get(f"{path(folder)}/children?tag={tag}").json()["items"]
    assert found["record"]["node"] == crypto.b64url(nodes[3].id)
    drive.post(f"{path(nodes[3])}/trash")
    assert drive.get(f"{path(folder)}/children?tag={tag}").json()["items"] == []
    assert drive.get(f"{path(folder)}/children?tag=!").status_code == 400


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="Postgres plans by statistics, which few rows do not give"
)
def test_a_page_and_a_name_among_a_million_read_an_index_and_no_more(drive: DriveClient) -> None:
    folder = drive.made("folder")
    nodes = [drive.folder(str(n), into=folder.folder) for n in range(50)]
    drive.batch(*((node, None) for node in nodes))
    children = f"{path(folder)}/children?limit=100"
    page = plan_of(drive, f"{children}&after={crypto.b64url(bytes([128] * 16))}")
    assert "node_children" in page
    name = plan_of(drive, f"{children}&tag={crypto.b64url(nodes[3].record.tag)}")
    assert "node_name_once_in_folder" in name


def plan_of(drive: DriveClient, url: str) -> str:
    """How SQLite finds the rows of a listing; it never sorts a folder or reads the table."""
    with CaptureQueriesContext(connection) as queries:
        assert drive.get(url).status_code == 200
    sql = next(q["sql"] for q in queries if "trashed_at" in q["sql"] and "LIMIT 101" in q["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "TEMP B-TREE" not in plan or "tag=" in url
    assert "SCAN storage_node" not in plan
    return plan


def test_the_root_lists_what_lies_at_the_top(drive: DriveClient) -> None:
    drive.made("a")
    _, sealed = drive.small(b"x", "b")
    assert drive.names() == {"a", "b"}
    assert Node.objects.filter(parent__isnull=True).count() >= 1
    refused = drive.get(path(crypto.NodeId(drive.person.user)))
    assert refused.status_code == 404
    assert isinstance(sealed, Sealed)
