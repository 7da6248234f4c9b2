"""Devices of one account at the same time: every answer is one of the page's, the sums hold."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonkeep_cli import crypto
from storage.models import Blob, Extent, Node
from storage.services import fsck, purge, reaper, settle
from tests.accounts.at_once import at_once
from tests.storage.drives import DriveClient, Sealed, path

ROUNDS = 12


def another_device(drive: DriveClient) -> DriveClient:
    return DriveClient(Client(), drive.person)


def settle_all() -> None:
    for blob in list(Blob.objects.filter(store="dock", state="stored")):
        settle.settle(blob.pk)


def purge_all() -> None:
    while Node.objects.filter(purging=True).exists():
        purge.sweep()


def assert_sound(drive: DriveClient) -> None:
    purge_all()
    settle_all()
    reaper.reap(timezone.now() + timedelta(days=2))
    assert list(fsck.check(deep=True, young=timedelta(0))) == []


def test_two_that_settle_one_file_leave_one_copy(racing_drive: DriveClient) -> None:
    _, large = racing_drive.upload(bytes(9 * 262_144), "large")
    _, small = racing_drive.small(b"small", "small")
    at_once([settle_all, settle_all, settle_all])
    assert not Extent.objects.filter(blob__store="dock").exists()
    assert_sound(racing_drive)
    assert racing_drive.content(large) == large.bytes
    assert racing_drive.content(small) == small.bytes


def test_a_folder_goes_into_the_trash_while_something_is_put_into_it(
    racing_drive: DriveClient,
) -> None:
    other = another_device(racing_drive)
    for n in range(5):
        folder = racing_drive.made(f"folder {n}")
        sealed = Sealed(b"x")
        node = racing_drive.file(sealed, "file", into=folder.folder)
        put, trashed = at_once(
            [
                lambda i=(node, sealed): racing_drive.batch(i),  # type: ignore[misc]
                lambda f=folder: other.post(f"{path(f)}/trash"),  # type: ignore[misc]
            ]
        )
        assert trashed.status_code == 200
        if put.status_code != 200:
            assert put.json()["code"] == "parent-gone"
        racing_drive.delete("trash")
    assert_sound(racing_drive)
    assert racing_drive.used() == 0


def test_two_moves_at_once_make_no_cycle(racing_drive: DriveClient) -> None:
    other = another_device(racing_drive)
    for n in range(5):
        a, b = racing_drive.made(f"a {n}"), racing_drive.made(f"b {n}")
        moves = [
            (device, node, crypto.node.move(node, folder=into.folder, author=device.identity))
            for device, node, into in ((racing_drive, a, b), (other, b, a))
        ]
        answers = at_once(
            [
                lambda d=d, n=n, m=m: d.put(path(n), {"record": m.record.to_wire(), "rev": None})  # type: ignore[misc]
                for d, n, m in moves
            ]
        )
        codes = sorted(answer.json().get("code", "") for answer in answers)
        assert codes == ["", "cycle"]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_four_devices_do_the_sums_hold(racing_drive: DriveClient, seed: int) -> None:
    folder = racing_drive.made("folder")
    answers: list[Any] = []

    def device(number: int) -> Callable[[], None]:
        return lambda: answers.extend(
            live(another_device(racing_drive), folder, number + 10 * seed)
        )

    at_once([device(n) for n in range(4)])
    assert {answer.status_code for answer in answers} <= {200, 201, 204, 404, 409, 410}
    assert_sound(racing_drive)


def live(drive: DriveClient, folder: crypto.Node, seed: int) -> list[Any]:
    """A device that does a dozen things in an order of its own; what it was answered."""
    dice, answers = Random(seed), list[Any]()
    for n in range(ROUNDS):
        sealed = Sealed(dice.randbytes(1000))
        where = dice.choice([drive.root, folder.folder])
        node = drive.file(sealed, f"name {dice.randrange(4)}", into=where)
        match dice.randrange(6):
            case 0:
                answers.append(drive.batch((node, sealed)))
            case 1:
                answers += [
                    drive.start(sealed),
                    drive.part(sealed, 0),
                    drive.complete(sealed, node),
                ]
            case 2:
                answers += [drive.start(sealed), drive.part(sealed, 0)]
                answers.append(drive.delete(f"uploads/{crypto.b64url(sealed.rev)}"))
            case 3:
                listed = drive.get("nodes/" + crypto.b64url(drive.root.id) + "/children").json()
                for item in listed["items"][:1]:
                    answers.append(drive.post(f"nodes/{item['record']['node']}/trash"))
            case 4:
                for item in drive.get("trash").json()["items"][:2]:
                    answers.append(drive.post(f"nodes/{item['record']['node']}/restore"))
                answers.append(drive.delete("trash") if n % 2 else drive.get("drive"))
            case _:
                settle_all()
                reaper.reap()
    return answers
