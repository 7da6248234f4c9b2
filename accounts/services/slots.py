"""Key slots: what proves a password or a recovery code, and the box that it opens.

Hashing takes a tenth of a second, so it is done before a transaction begins and never inside one:
`prepare` and `check` first, then `lock`, which holds what was checked to what is there by then.
"""

from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone

from accounts.errors import WrongCredentials
from accounts.models import Account, KeySlot
from commonkeep import wire

_DERIVED = ("account_salt", "profile", "auth_hash", "box")


@dataclass(frozen=True, slots=True)
class NewSlot:
    """What a client sends: `auth` 32 bytes, the AMK box, and for a password salt and profile."""

    auth: bytes = field(repr=False)
    box: bytes = field(repr=False)
    account_salt: bytes | None = field(default=None, repr=False)
    profile: int | None = None

    @property
    def method(self) -> KeySlot.Method:
        is_recovery = self.account_salt is None
        return KeySlot.Method.RECOVERY if is_recovery else KeySlot.Method.PASSWORD


def prepare(new: NewSlot) -> KeySlot:
    """The row for a slot, hashed and not yet saved."""
    return KeySlot(
        method=new.method,
        account_salt=new.account_salt,
        profile=new.profile,
        auth_hash=make_password(wire.encode(new.auth)),
        box=new.box,
    )


def check(slot: KeySlot | None, *, auth: bytes) -> KeySlot:
    """The slot itself if `auth` proves it. Raises WrongCredentials, after the same work for no
    slot at all."""
    text = wire.encode(auth)
    if slot is None:
        make_password(text)
        raise WrongCredentials
    if not check_password(text, slot.auth_hash):
        raise WrongCredentials
    return slot


def holds(slot: KeySlot, new: NewSlot) -> bool:
    """Whether `new` is what was written to this slot: a request that was sent twice."""
    kept = (_octets(slot.account_salt), slot.profile, bytes(slot.box))
    if kept != (new.account_salt, new.profile, new.box):
        return False
    return check_password(wire.encode(new.auth), slot.auth_hash)


def sent_before(user: UUID, *, password: NewSlot, recovery: NewSlot) -> KeySlot | None:
    """The password slot of `user` if both slots are just what was sent: the first answer was lost.

    It takes the recovery code to send that, so this is no place to guess a password.
    """
    kept = {slot.method: slot for slot in KeySlot.objects.of_open(user)}
    for new in (recovery, password):
        if new.method not in kept or not holds(kept[new.method], new):
            return None
    return kept[password.method]


def lock(slot: KeySlot) -> Account:
    """The account of a slot that was just checked, locked. Raises WrongCredentials if the account
    has gone or the slot was changed since the check."""
    account = Account.objects.lock(slot.account_id)
    unchanged = KeySlot.objects.filter(pk=slot.pk, auth_hash=slot.auth_hash)
    if account is None or not unchanged.exists():
        raise WrongCredentials
    return account


def add(account: Account, slot: KeySlot, *, amk_gen: int) -> None:
    """Save a prepared slot of a new account."""
    slot.account = account
    slot.amk_gen = amk_gen
    slot.save(force_insert=True)


def replace(account: Account, slot: KeySlot) -> None:
    """Write a prepared slot over the one of its method; the account key in the box stays."""
    columns = {name: getattr(slot, name) for name in _DERIVED}
    account.slots.filter(method=slot.method).update(changed_at=timezone.now(), **columns)


def _octets(data: bytes | memoryview | None) -> bytes | None:
    return None if data is None else bytes(data)
