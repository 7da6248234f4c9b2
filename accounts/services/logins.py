"""Logins: their one spelling, their claims, and what is answered for those that nobody has."""

import re
import unicodedata
from uuid import UUID

from django.utils.crypto import salted_hmac

from accounts.models import Account, Claim, KeySlot
from accounts.models.account import LOGIN_MOST

DEFAULT_PROFILE = 1

# What str.strip() or JavaScript's trim() would take off, the union of both.
_BLANKS = (
    "\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def is_normal(login: str) -> bool:
    """Whether this is the spelling that keys are bound to: NFC, trimmed, lower case, 1 to 190
    characters without controls. The server mends nothing: the client derived keys from it."""
    if not 1 <= len(login) <= LOGIN_MOST or _CONTROLS.search(login):
        return False
    return login == unicodedata.normalize("NFC", login).strip(_BLANKS).lower()


def prelogin(login: str) -> tuple[bytes, int]:
    """Salt (16 bytes) and profile to derive with. For an unknown login of the same kind, the same
    every time, and for the same work."""
    made_up = _keyed("salt", login)[:16]
    slot = KeySlot.objects.filter(
        account__in=Account.objects.open().filter(login=login), method=KeySlot.Method.PASSWORD
    )
    # Columns, not objects: building one takes longer than finding nothing.
    found = slot.values_list("account_salt", "profile").first()
    if found is None or found[0] is None or found[1] is None:
        return made_up, DEFAULT_PROFILE
    return bytes(found[0]), found[1]


def user_of(login: str) -> UUID:
    """The id to derive the recovery proof with; a made-up one for an unknown login."""
    made_up = UUID(bytes=_keyed("uid", login)[:16])
    return (
        Account.objects.open().filter(login=login).values_list("pk", flat=True).first() or made_up
    )


def claim(login: str, *, user: UUID) -> None:
    """Take both for good, inside the transaction that opens the account. Raises IntegrityError if
    either was ever taken."""
    Claim.objects.create(login_hash=_login_hash(login), user_hash=_user_hash(user))


def is_claimed(login: str) -> bool:
    return Claim.objects.filter(login_hash=_login_hash(login)).exists()


def is_user_claimed(user: UUID) -> bool:
    return Claim.objects.filter(user_hash=_user_hash(user)).exists()


def _login_hash(login: str) -> bytes:
    return _keyed("claim/login", login)


def _user_hash(user: UUID) -> bytes:
    return _keyed("claim/user", user.hex)


def _keyed(purpose: str, text: str) -> bytes:
    """HMAC-SHA256 with the server's secret: nobody else can compute or undo it."""
    return salted_hmac(f"commonkeep.accounts.{purpose}", text, algorithm="sha256").digest()
