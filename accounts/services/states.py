"""The account state: a small box that each device reads, merges and writes back."""

from accounts.errors import StateStale
from accounts.models import Account, AccountState
from commonkeep import wire

BOX_MOST = 1024 * 1024 + 4096  # bytes
VERSION_MOST = wire.U53_MAX - 1


def read(account: Account) -> AccountState:
    return AccountState.objects.get(account=account)


def write(account: Account, *, version: int, box: bytes) -> int:
    """The new version, if `version` is still the current one; one statement, so that of two at
    once one wins. Sent again after a lost answer it answers the same. Raises StateStale."""
    current = AccountState.objects.filter(account=account, version=version)
    if current.update(version=version + 1, box=box):
        return version + 1
    found = read(account)
    kept = None if found.box is None else bytes(found.box)
    if (found.version, kept) == (version + 1, box):
        return found.version
    raise StateStale(version=found.version, box=None if kept is None else wire.encode(kept))
