"""Sign-up: an account, its slots and certificate, and the first session, all or nothing."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.errors import IdTaken, LoginTaken
from accounts.models import Account, AccountState, KeySlot
from accounts.services import certificates, logins, sessions, slots
from accounts.services.certificates import NewCertificate
from accounts.services.sessions import Device, Grant
from accounts.services.slots import NewSlot
from accounts.signals import account_opened


@dataclass(frozen=True, slots=True)
class Application:
    """What a client sends to sign up; it drew `user` and sealed the account key twice."""

    login: str
    user: UUID
    password: NewSlot
    recovery: NewSlot
    amk_gen: int
    certificate: NewCertificate
    device: Device


def sign_up(new: Application) -> Grant:
    """Open the account and sign in. Sent again after a lost answer, it signs in again.

    Raises BadSignature, LoginTaken or IdTaken; the database decides between two at once.
    """
    certificates.check(new.certificate, user=new.user)
    prepared = [slots.prepare(new.password), slots.prepare(new.recovery)]
    try:
        with transaction.atomic():
            account = _open(new, prepared)
            return sessions.grant(account, device=new.device)
    except IntegrityError:
        if again := _sign_in_again(new):
            return again
        if logins.is_claimed(new.login):
            raise LoginTaken from None
        if logins.is_user_claimed(new.user):
            raise IdTaken from None
        raise


def _open(new: Application, prepared: list[KeySlot]) -> Account:
    logins.claim(new.login, user=new.user)
    account = Account.objects.create(id=new.user, login=new.login)
    for slot in prepared:
        slots.add(account, slot, amk_gen=new.amk_gen)
    certificates.write(account, new.certificate)
    AccountState.objects.create(account=account)
    account_opened.send(sender=Account, account=account)
    return account


def _sign_in_again(new: Application) -> Grant | None:
    """For a client that never saw the answer to this very application."""
    if not Account.objects.open().filter(pk=new.user, login=new.login).exists():
        return None
    slot = slots.sent_before(new.user, password=new.password, recovery=new.recovery)
    if slot is None:
        return None
    with transaction.atomic():
        return sessions.grant(slots.lock(slot), device=new.device)
