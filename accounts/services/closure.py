"""Closure: asked for with the password, undone within 14 days, carried out after them."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Account, Session
from accounts.services import passwords, sessions, slots
from accounts.signals import account_closed, account_due
from commonkeep.errors import NoSession

log = logging.getLogger(__name__)

DELAY = timedelta(days=14)


def begin(session: Session, *, auth: bytes) -> datetime:
    """When the account will close; every other session ends. Asked again it answers the same.

    Raises WrongCredentials unless `auth` proves the password.
    """
    slot = passwords.prove(session.account, auth=auth)
    with transaction.atomic():
        account = slots.lock(slot)
        sessions.end_others(session)
        if account.closes_at is None:
            account.closes_at = timezone.now() + DELAY
            account.save(update_fields=["closes_at"])
        return account.closes_at


def undo(account_id: UUID) -> None:
    """As if nothing had been. Raises NoSession when it is too late."""
    with transaction.atomic():
        account = Account.objects.lock(account_id)
        if account is None:
            raise NoSession
        account.closes_at = None
        account.save(update_fields=["closes_at"])


def carry_out_due() -> None:
    """Close every account whose 14 days are over. Safe to run twice, or two at once; one that
    fails is logged and stays due, and does not keep the others waiting."""
    for account_id in list(Account.objects.due().values_list("pk", flat=True)):
        try:
            carry_out(account_id)
        except Exception:
            log.exception("an account that is due could not be closed")


def carry_out(account_id: UUID) -> bool:
    """Remove the account if it is due; whether it was. Its claim on login and id stays."""
    for due in Account.objects.due().filter(pk=account_id):
        account_due.send(sender=Account, account=due)
    with transaction.atomic():
        account = Account.objects.due().select_for_update().filter(pk=account_id).first()
        if account is None:
            return False
        account_closed.send(sender=Account, account=account)
        account.delete()
        return True
