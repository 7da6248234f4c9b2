"""Recovery: login and code open the box; the ticket it gives sets a new password and a new code."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.errors import WrongCredentials
from accounts.models import Account, KeySlot, RecoveryTicket
from accounts.services import sessions, slots, tokens
from accounts.services.sessions import Device, Grant
from accounts.services.slots import NewSlot

TICKET_LIVES = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Opened:
    """What the holder of the code needs to get at the account key, and to finish."""

    user: UUID
    box: bytes
    amk_gen: int
    ticket: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Renewal:
    """New password and new recovery code, for the device that finishes."""

    password: NewSlot
    recovery: NewSlot
    device: Device


def open_with(login: str, *, auth: bytes) -> Opened:
    """The recovery box for whoever proves the code of `login`.

    Raises WrongCredentials, for an unknown login after the same work.
    """
    found = KeySlot.objects.find(login, method=KeySlot.Method.RECOVERY)
    slot = slots.check(found, auth=auth)
    ticket = tokens.draw()
    with transaction.atomic():
        slots.lock(slot).tickets.create(
            token_hash=tokens.hashed(ticket), expires_at=timezone.now() + TICKET_LIVES
        )
    return Opened(user=slot.account_id, box=bytes(slot.box), amk_gen=slot.amk_gen, ticket=ticket)


def finish(ticket: bytes, *, new: Renewal) -> Grant:
    """Replace password and code, end every session, and sign in.

    A ticket does this once; the very same request sent again only signs in again. Raises
    WrongCredentials for any other use of it, and after 15 minutes.
    """
    row = _find(ticket)
    if row.used_at is not None:
        return _sign_in_again(row, new)
    prepared = [slots.prepare(new.password), slots.prepare(new.recovery)]
    with transaction.atomic():
        account = Account.objects.lock(row.account_id)
        if account is not None and _use(row):
            _renew(account, prepared)
            account.tickets.exclude(pk=row.pk).delete()
            return sessions.grant(account, device=new.device)
    return _sign_in_again(row, new)


def forget_tickets() -> None:
    """Drop those that have expired, used or not."""
    RecoveryTicket.objects.expired().delete()


def _find(ticket: bytes) -> RecoveryTicket:
    row = RecoveryTicket.objects.valid().filter(token_hash=tokens.hashed(ticket)).first()
    if row is None:
        raise WrongCredentials
    return row


def _use(row: RecoveryTicket) -> bool:
    """Whether it was still unused: of two at once, one sees a row change."""
    unused = RecoveryTicket.objects.valid().filter(pk=row.pk, used_at__isnull=True)
    return unused.update(used_at=timezone.now()) == 1


def _renew(account: Account, prepared: list[KeySlot]) -> None:
    for slot in prepared:
        slots.replace(account, slot)
    account.sessions.all().delete()
    account.devices.all().delete()  # one of them may be in the wrong hands


def _sign_in_again(row: RecoveryTicket, new: Renewal) -> Grant:
    """For a client that never saw the answer to this very renewal."""
    slot = slots.sent_before(row.account_id, password=new.password, recovery=new.recovery)
    if slot is None:
        raise WrongCredentials
    with transaction.atomic():
        return sessions.grant(slots.lock(slot), device=new.device)
