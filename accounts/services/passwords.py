"""The password: proved again before anything that a stolen session must not do, and changed."""

from django.db import transaction

from accounts.models import Account, KeySlot, Session
from accounts.services import sessions, slots
from accounts.services.slots import NewSlot


def prove(account: Account, *, auth: bytes) -> KeySlot:
    """The password slot of the account, for `slots.lock`. Raises WrongCredentials."""
    return slots.check(account.slots.get(method=KeySlot.Method.PASSWORD), auth=auth)


def change(session: Session, *, auth: bytes, new: NewSlot) -> None:
    """A new password over the same account key; every other session ends.

    Sent again after a lost answer it changes nothing. Raises WrongCredentials unless `auth` proves
    the old password.
    """
    if slots.holds(session.account.slots.get(method=KeySlot.Method.PASSWORD), new):
        return
    slot = prove(session.account, auth=auth)
    prepared = slots.prepare(new)
    with transaction.atomic():
        account = slots.lock(slot)
        slots.replace(account, prepared)
        sessions.end_others(session)
