"""Whose record is it? The server cannot read one, but refuses what its author did not sign: a
broken client must not be able to store something that nobody can open.
"""

from accounts.models import Account
from accounts.services import certificates
from commonkeep.format import is_signed
from storage.errors import BadSignature, WrongAuthor
from storage.record import Record


class Authors:
    """Checks signatures for one request, looking each certificate up once."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._keys: dict[int, bytes | None] = {}

    def require(self, record: Record) -> None:
        """Raise `WrongAuthor` or `BadSignature` unless the account itself signed the record."""
        key = self._key(record.author_gen) if record.author == self._account.pk else None
        if key is None:
            raise WrongAuthor
        if not is_signed(key, record.sig, "node", *record.signed_fields()):
            raise BadSignature

    def _key(self, gen: int) -> bytes | None:
        if gen not in self._keys:
            self._keys[gen] = certificates.author_key(self._account.pk, gen=gen)
        return self._keys[gen]
