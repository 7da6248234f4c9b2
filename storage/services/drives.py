"""The row that is locked first, and the counter that every change of a tree raises."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Account
from storage.models import Drive, Node

Given = ParamSpec("Given")
Result = TypeVar("Result")


def open_for(account: Account) -> Drive:
    """Make the drive of a new account, with its root. Part of the caller's transaction."""
    drive = Drive.objects.create(account=account)
    Node.objects.create(
        id=account.pk,
        drive=drive,
        parent=None,
        change=0,
        type=1,
        gen=0,
        ver=0,
        key_box=b"",
        meta_box=b"",
        tag=b"",
        author=account.pk,
        author_gen=0,
        sig=b"",
    )
    return drive


@contextmanager
def locked(drive_id: UUID) -> Iterator[Drive]:
    """A transaction that holds the drive: reads in it stay true until it commits.

    On SQLite the transaction itself (IMMEDIATE) is the lock.
    """
    with transaction.atomic():
        drive = Drive.objects.select_for_update().get(pk=drive_id)
        before = drive.change
        yield drive
        if drive.change != before:
            drive.save(update_fields=["change"])


def twice_if_taken(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """For what opens its own transaction and writes ids that clients drew.

    The lock of a drive keeps no other account from drawing the same id at the same moment. The
    database then refuses the second; done again, its look-ups see the id and say which it is.
    """

    @wraps(work)
    def done(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return work(*args, **kwargs)
        except IntegrityError:
            return work(*args, **kwargs)

    return done


def next_change(drive: Drive) -> int:
    """The number of the next change; only under `locked`, which writes the counter back."""
    drive.change += 1
    return drive.change
