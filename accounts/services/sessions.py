"""Sessions: granted after a check of password or code, found by token, ended by deletion."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from accounts.models import Account, Certificate, KeySlot, KnownDevice, Session
from accounts.services import tokens

SEEN_EVERY = timedelta(minutes=5)
IDLE_FOR = timedelta(days=180)
DEVICE_FORGOTTEN_AFTER = timedelta(days=400)
DEVICES_MOST = 50


@dataclass(frozen=True, slots=True)
class Device:
    """Where a session is to live. `token` is that of an earlier sign-in there, if it was kept."""

    name: str
    transport: str
    token: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """A new session, its two tokens, which exist nowhere else, and what the device then needs."""

    session: Session
    token: bytes = field(repr=False)
    device_token: bytes = field(repr=False)
    password: KeySlot
    certificate: Certificate

    @property
    def account(self) -> Account:
        return self.session.account


def grant(account: Account, *, device: Device) -> Grant:
    """A session for `account`, whose row the caller has locked and whose owner it has checked."""
    token = tokens.draw()
    session = Session.objects.create(
        account=account,
        token_hash=tokens.hashed(token),
        transport=device.transport,
        device_name=device.name,
    )
    return Grant(
        session=session,
        token=token,
        device_token=_remember(account, token=device.token),
        password=account.slots.get(method=KeySlot.Method.PASSWORD),
        certificate=account.certificates.latest("gen"),
    )


def known_device(login: str, *, token: bytes | None) -> KnownDevice | None:
    """The device of the account `login` that holds `token`."""
    if token is None:
        return None
    return KnownDevice.objects.filter(account__login=login, token_hash=tokens.hashed(token)).first()


def by_token(token: bytes, *, transport: str) -> Session | None:
    """The session behind a token, its account with it; notes now and then that it is in use."""
    session = (
        Session.objects.select_related("account")
        .filter(
            token_hash=tokens.hashed(token),
            transport=transport,
            account__in=Account.objects.open(),
        )
        .first()
    )
    if session is not None:
        _touch(session)
    return session


def end(account: Account, *, session_id: UUID) -> None:
    """End one session of this account. It may have ended before."""
    account.sessions.filter(pk=session_id).delete()


def end_others(session: Session) -> None:
    """End every session of the account but this one."""
    Session.objects.besides(session).delete()


def forget_idle() -> None:
    """End what nobody has used for half a year, and forget devices after more than a year."""
    now = timezone.now()
    Session.objects.idle(since=now - IDLE_FOR).delete()
    KnownDevice.objects.filter(seen_at__lt=now - DEVICE_FORGOTTEN_AFTER).delete()


def _touch(session: Session) -> None:
    now = timezone.now()
    if session.seen_at < now - SEEN_EVERY:
        # The condition keeps a burst of parallel requests to one write, and never moves it back.
        Session.objects.filter(pk=session.pk, seen_at__lt=now - SEEN_EVERY).update(seen_at=now)


def _remember(account: Account, *, token: bytes | None) -> bytes:
    """The token of the device: the one it brought if it is ours, else a new one."""
    if token is not None:
        known = account.devices.filter(token_hash=tokens.hashed(token))
        if known.update(seen_at=timezone.now()):
            return token
    fresh = tokens.draw()
    account.devices.create(token_hash=tokens.hashed(fresh))
    _forget_surplus(account)
    return fresh


def _forget_surplus(account: Account) -> None:
    newest = account.devices.order_by("-seen_at", "-pk").values_list("pk", flat=True)
    surplus = list(newest[DEVICES_MOST : 2 * DEVICES_MOST])
    if surplus:
        account.devices.filter(pk__in=surplus).delete()
