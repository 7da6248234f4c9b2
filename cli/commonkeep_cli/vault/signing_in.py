"""Signing up and signing in: from a password to an opened account on this device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .. import crypto
from ..api import accounts
from ..api.accounts import PasswordSlot, RecoverySlot
from ..api.grants import Grant, Prelogin, PublicKeys
from ..api.transport import Api
from ..crypto import AccountKey, Kek, PasswordKeys, RecoveryCode, UserId
from ..errors import Failure, Refused
from . import signed_in, state
from .account import Vault, opened, settle_in
from .home import Home
from .signed_in import SignedIn

AMK_GEN = 1


class CodePlace(Protocol):
    """Where a new recovery code goes."""

    def keep(self, code: str) -> None:
        """Called before the server learns of the code; what it raises ends the matter."""

    def taken(self) -> None:
        """Called once the server acknowledged: from now on the code is the only one."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """An account opened on this device; `place` is where its keys are kept from now on."""

    vault: Vault
    place: str
    closes_at: int | None


def sign_up(
    api: Api, home: Home, *, login: str, password: str, device_name: str, code_place: CodePlace
) -> Admitted:
    """Make an account.

    Raises BadInput for the login or password, ApiProblem `login-taken`.
    """
    login = crypto.text.login(login)
    user, amk = UserId(crypto.random_id()), AccountKey.random()
    derivation, slot = new_slot(login, password, amk=amk, user=user, amk_gen=AMK_GEN)
    code = RecoveryCode.random()
    certificate = crypto.identity.derive(amk, user=user, gen=AMK_GEN).certificate
    code_place.keep(crypto.recovery.show(code))
    grant = accounts.create(
        api,
        login=login,
        certificate=certificate,
        amk_gen=AMK_GEN,
        password=slot,
        recovery=recovery_slot(code, amk=amk, user=user, amk_gen=AMK_GEN),
        device_name=device_name,
    )
    code_place.taken()
    vault = admitted(api, home, grant, login=login, user=user, amk=amk)
    place = settle_in(vault, device_token=grant.device_token, profile=derivation.profile)
    _write_first_state(vault, derivation)
    return Admitted(vault, place, grant.closes_at)


def _write_first_state(vault: Vault, derivation: Prelogin) -> None:
    """The account exists already; if this is cut off, the next sign-in writes it."""
    try:
        state.allow(vault, [derivation])
    except Failure as failure:
        if isinstance(failure, Refused):
            raise


def sign_in(api: Api, home: Home, *, login: str, password: str, device_name: str) -> Admitted:
    """Open an account with its password.

    Raises ApiProblem `wrong-credentials`; Refused and Tampered for a server that answers with
    weaker derivation, another account or keys that do not fit.
    """
    login = crypto.text.login(login)
    known = signed_in.known_login(home, server=api.address.origin, login=login)
    used = accounts.prelogin(api, login=login)
    keys = derive(login, password, used, at_least=known.profile if known else 1)
    grant = accounts.sign_in(
        api,
        login=login,
        auth=keys.auth,
        device_name=device_name,
        device_token=known.device_token if known else None,
    )
    api.token = grant.token
    with _ended_on_failure(api):
        if known is not None and known.user != grant.user:
            raise Refused("The server opened another account than the one known by this login.")
        amk = open_amk(grant, keys.kek, used)
        vault = admitted(api, home, grant, login=login, user=grant.user, amk=amk)
        state.check_derivation(vault, used)
    place = settle_in(vault, device_token=grant.device_token, profile=used.profile)
    return Admitted(vault, place, grant.closes_at)


def derive(login: str, password: str, used: Prelogin, *, at_least: int = 1) -> PasswordKeys:
    """The keys of a password. Raises Tampered for a profile unknown or below `at_least`."""
    return crypto.password.derive(
        login=login,
        password=password,
        salt=used.account_salt,
        profile=used.profile,
        at_least=at_least,
    )


def new_slot(
    login: str,
    password: str,
    *,
    amk: AccountKey,
    user: UserId,
    amk_gen: int,
    at_least: int = 1,
) -> tuple[Prelogin, PasswordSlot]:
    """What the server keeps of a new password, under a new salt and no profile below `at_least`."""
    profile = max(crypto.password.DEFAULT_PROFILE, at_least)
    used = Prelogin(crypto.password.new_salt(), profile)
    keys = derive(login, password, used)
    box = crypto.account.seal(amk, keys.kek, user=user, gen=amk_gen)
    return used, PasswordSlot(used.account_salt, used.profile, keys.auth, box)


def recovery_slot(
    code: RecoveryCode, *, amk: AccountKey, user: UserId, amk_gen: int
) -> RecoverySlot:
    """What the server keeps of a recovery code."""
    kek = crypto.recovery.kek(code, user=user)
    box = crypto.account.seal(amk, kek, user=user, gen=amk_gen)
    return RecoverySlot(crypto.recovery.auth(code, user=user), box)


def open_amk(grant: Grant, kek: Kek, used: Prelogin) -> AccountKey:
    """The account key of a grant that was asked for with this derivation."""
    if grant.prelogin != used:
        raise Refused("The server changed the password derivation in the middle of signing in.")
    return crypto.account.open(grant.box, kek, user=grant.user, gen=grant.amk_gen)


def admitted(
    api: Api, home: Home, grant: Grant, *, login: str, user: UserId, amk: AccountKey
) -> Vault:
    """The vault behind a grant; the public keys the server shows for it must be our own."""
    api.token = grant.token
    who = SignedIn(api.address.origin, login, user, grant.amk_gen, place="")
    vault = opened(api, home, who, amk)
    own = vault.identity.certificate
    expected = PublicKeys(own.gen, own.ed_pk, own.xw_pk, own.cert_sig)
    if (grant.user, grant.login, grant.certificate) != (user, login, expected):
        raise Refused(
            "The server shows other public keys or another name for this account than its own.",
            hint="Nothing was kept. Tell others: whoever shares with you would share with them.",
        )
    return vault


class _ended_on_failure:
    """A session that turned out not to be trustworthy is ended, as far as the server lets us."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, _: object, __: object) -> None:
        if kind is None:
            return
        try:
            accounts.end_session(self._api, "current")
        except Failure:
            return
