"""Room: one ceiling for everybody, counted exactly, and nothing deleted for it."""

import threading

import pytest
from django.db import connection
from pytest_django import Settings

from commonkeep_cli import crypto
from storage.errors import OverCeiling
from storage.services import quota
from tests.storage.drives import DriveClient, Sealed, path

ROWS = 2048


@pytest.mark.django_db
def test_over_the_ceiling_the_numbers_are_told(drive: DriveClient, settings: Settings) -> None:
    sealed = Sealed(b"x" * 10_000)
    settings.CEILING = 5_000
    refused = drive.start(sealed)
    assert (refused.status_code, refused.json()["code"]) == (507, "over-ceiling")
    body = refused.json()
    assert (body["used"], body["reserved"], body["ceiling"], body["needed"]) == (
        0,
        0,
        5_000,
        len(sealed.bytes) + ROWS,
    )
    batch = drive.batch((drive.file(sealed, "f"), sealed))
    assert (batch.status_code, batch.json()["code"]) == (507, "over-ceiling")
    assert drive.names() == set()


@pytest.mark.django_db
def test_the_last_byte_can_be_used_and_not_one_more(drive: DriveClient, settings: Settings) -> None:
    sealed = Sealed(b"x" * 10_000)
    settings.CEILING = len(sealed.bytes) + ROWS - 1
    assert drive.start(sealed).status_code == 507
    settings.CEILING += 1
    assert drive.start(sealed).status_code == 201


@pytest.mark.django_db
def test_over_the_ceiling_reading_renaming_and_deleting_go_on(
    drive: DriveClient, settings: Settings
) -> None:
    node, sealed = drive.small(b"x" * 10_000, "f")
    settings.CEILING = 1
    assert drive.content(sealed) == sealed.bytes
    renamed = crypto.node.rename(node, "g", folder=drive.root, author=drive.identity)
    body = {"record": renamed.record.to_wire(), "rev": crypto.b64url(sealed.rev)}
    assert drive.put(path(node), body).status_code == 200
    assert drive.post(f"{path(node)}/trash").status_code == 200
    assert drive.post(f"{path(node)}/restore").status_code == 200
    drive.post(f"{path(node)}/trash")
    assert drive.delete("trash").status_code == 204
    assert drive.used() == 0


@pytest.mark.django_db
def test_a_promise_made_below_the_ceiling_is_kept_when_it_sinks(
    drive: DriveClient, settings: Settings
) -> None:
    sealed = Sealed(b"x" * 300_000)
    drive.start(sealed)
    settings.CEILING = 1
    assert drive.part(sealed, 0).status_code == 204
    assert drive.complete(sealed, drive.file(sealed, "f")).status_code == 200


@pytest.mark.django_db
def test_a_stream_ends_where_the_ceiling_is(drive: DriveClient, settings: Settings) -> None:
    sealed = Sealed(b"x" * 300_000)
    settings.CEILING = ROWS + 1000
    assert drive.start(sealed, size=None).status_code == 201
    refused = drive.part(sealed, 0)
    assert (refused.status_code, refused.json()["code"]) == (507, "over-ceiling")
    assert drive.reserved() == ROWS


def test_of_fifty_racing_for_room_for_ten_ten_get_it(
    racing_drive: DriveClient, settings: Settings
) -> None:
    settings.CEILING = 10_000
    user = racing_drive.person.user_id
    granted: list[bool] = []

    def take() -> None:
        try:
            quota.reserve(user, 1000)
            granted.append(True)
        except OverCeiling:
            granted.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(granted) == [False] * 40 + [True] * 10
    assert racing_drive.reserved() == 10_000
