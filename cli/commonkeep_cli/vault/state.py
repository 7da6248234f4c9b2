"""The account state: what this account's devices tell each other, sealed, behind a version.

docs/account-state.md describes its JSON. It holds the key derivations under which the password
may be met, so that a server cannot send a device back to a weaker one, and pins of other people.
What this program does not know of it is kept as it was.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from .. import crypto
from ..api import accounts
from ..api.fields import Fields
from ..api.grants import Prelogin, State
from ..api.problems import ApiProblem
from ..crypto import AccountKey, Tampered, UserId, b64url
from ..errors import Failure, Refused
from .account import Vault
from .home import Home

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS state_marks (
    user BLOB PRIMARY KEY, version INTEGER NOT NULL, digest BLOB NOT NULL
) WITHOUT ROWID;
"""
_KEEP: Final = """
INSERT INTO state_marks VALUES (?, ?, ?) ON CONFLICT (user) DO UPDATE
SET version = excluded.version, digest = excluded.digest WHERE excluded.version > version
"""
_TRIES: Final = 4


@dataclass(frozen=True)
class AccountState:
    """The state as it was read: version 0 before the first write."""

    version: int
    document: dict[str, Any]

    @property
    def derivations(self) -> list[Prelogin]:
        """The salts and profiles the password may be met with; more than one while it changes."""
        listed = self.document.get("kdf", [])
        if not isinstance(listed, list):
            raise Tampered
        return [_derivation(one) for one in listed]


def read(vault: Vault) -> AccountState:
    """The state, opened. Raises Refused for one older than this device has seen."""
    mark = _mark(vault.home, vault.user)
    kept = accounts.state(vault.api)
    _check_not_older(kept, mark)
    document = _opened(kept, vault.amk, vault.user)
    _remember(vault, kept)
    return AccountState(kept.version, document)


def allow(vault: Vault, derivations: Sequence[Prelogin]) -> None:
    """Write which derivations the password may be met with from now on.

    Read, changed and written by compare-and-swap; other members stay as they are.
    """
    listed = [{"profile": one.profile, "salt": b64url(one.account_salt)} for one in derivations]
    for _ in range(_TRIES):
        state = read(vault)
        try:
            _write(vault, state, {**state.document, "v": 1, "kdf": listed})
        except ApiProblem as problem:
            if problem.code != "state-stale":
                raise
        else:
            return
    raise Failure("Other devices keep changing the account at the same time.", hint="Try again.")


def check_derivation(vault: Vault, used: Prelogin) -> None:
    """Refuse a salt and profile that this account's devices did not agree on.

    An account that was signed up and cut off before its first state gets it now.
    """
    state = read(vault)
    if state.version == 0:
        allow(vault, [used])
    elif used not in state.derivations:
        raise Refused(
            "The server asked for a password derivation that is not this account's.",
            hint="If the account was being recovered on another device when that was cut off, "
            "recover it again: commonkeep recover LOGIN. Else this is an attack.",
        )


def _write(vault: Vault, state: AccountState, document: dict[str, Any]) -> None:
    version = state.version + 1
    plaintext = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    box = crypto.state.seal(vault.amk, plaintext, user=vault.user, version=version)
    if accounts.write_state(vault.api, read_version=state.version, box=box) != version:
        raise Refused("The server counts the account's state in a way it must not.")
    _remember(vault, State(version, box))


def _opened(kept: State, amk: AccountKey, user: UserId) -> dict[str, Any]:
    if kept.box is None:
        return {}
    plaintext = crypto.state.open(kept.box, amk, user=user, version=kept.version)
    try:
        document = json.loads(plaintext.decode())
    except (ValueError, RecursionError):
        raise Tampered from None
    if not isinstance(document, dict) or document.get("v") != 1:
        raise Failure("A newer program has changed this account.", hint="Update this program.")
    return document


def _derivation(value: object) -> Prelogin:
    found = Fields.of(value)
    salt = found.data("salt", length=16)
    return Prelogin(account_salt=salt, profile=found.number("profile", least=1, most=255))


def _mark(home: Home, user: UserId) -> tuple[int, bytes] | None:
    connection = home.connect(_SCHEMA)
    try:
        query = "SELECT version, digest FROM state_marks WHERE user = ?"
        row: tuple[int, bytes] | None = connection.execute(query, (user,)).fetchone()
        return row
    finally:
        connection.close()


def _check_not_older(kept: State, mark: tuple[int, bytes] | None) -> None:
    if mark is None or kept.version > mark[0]:
        return
    if (kept.version, _digest(kept)) != mark:
        raise Refused(
            "The server shows an older state of the account than this device has seen.",
            hint="If the operator restored an old backup, ask them; else this is an attack.",
        )


def _remember(vault: Vault, kept: State) -> None:
    if kept.version == 0:
        return
    connection = vault.home.connect(_SCHEMA)
    try:
        connection.execute(_KEEP, (vault.user, kept.version, _digest(kept)))
    finally:
        connection.close()


def _digest(kept: State) -> bytes:
    return sha256(kept.box or b"").digest()
