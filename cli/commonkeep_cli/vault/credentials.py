"""Changing what opens an account: a new password, recovery by code, closing it."""

from __future__ import annotations

from .. import crypto
from ..api import accounts
from ..api.grants import Prelogin, RecoveryOpened
from ..api.problems import ApiProblem
from ..api.transport import Api
from ..crypto import AuthKey, RecoveryCode, UserId
from ..errors import Refused
from . import signed_in, state
from .account import Vault, settle_in
from .home import Home
from .signed_in import KnownLogin
from .signing_in import Admitted, CodePlace, admitted, derive, new_slot, recovery_slot


def change_password(vault: Vault, *, old: str, new: str) -> None:
    """Set a new password; other sessions end, the account key stays.

    The account state allows both derivations while the server changes over, so that a cut in
    between locks nobody out. Raises ApiProblem `wrong-credentials` for the old one.
    """
    used, auth = _proof(vault, old)
    following, slot = new_slot(
        vault.login,
        new,
        amk=vault.amk,
        user=vault.user,
        amk_gen=vault.amk_gen,
        at_least=used.profile,
    )
    state.allow(vault, [used, following])
    try:
        accounts.change_password(vault.api, auth=auth, password=slot)
    except ApiProblem:
        state.allow(vault, [used])
        raise
    state.allow(vault, [following])
    _raise_profile(vault, following)


def close(vault: Vault, *, password: str) -> int:
    """Begin to close the account; returns when it ends, in milliseconds."""
    return accounts.close(vault.api, auth=_proof(vault, password)[1])


def _proof(vault: Vault, password: str) -> tuple[Prelogin, AuthKey]:
    """The present derivation, which the account's devices must have agreed on, and its proof."""
    used = accounts.prelogin(vault.api, login=vault.login)
    state.check_derivation(vault, used)
    return used, derive(vault.login, password, used).auth


def _raise_profile(vault: Vault, used: Prelogin) -> None:
    server = vault.api.address.origin
    known = signed_in.known_login(vault.home, server=server, login=vault.login)
    if known is not None:
        raised = KnownLogin(known.user, known.device_token, max(known.profile, used.profile))
        signed_in.know_login(vault.home, raised, server=server, login=vault.login)


def recover(
    api: Api,
    home: Home,
    *,
    login: str,
    code: RecoveryCode,
    password: str,
    device_name: str,
    code_place: CodePlace,
) -> Admitted:
    """Open an account with its recovery code and give it a new password and a new code.

    All other sessions end. Raises ApiProblem `wrong-credentials`.
    """
    login = crypto.text.login(login)
    known = signed_in.known_login(home, server=api.address.origin, login=login)
    user = _user(api, known, login)
    auth = crypto.recovery.auth(code, user=user)
    found = accounts.recovery_open(api, login=login, auth=auth)
    if found.user != user:
        raise Refused("The server opened another account than the one it named.")
    kek = crypto.recovery.kek(code, user=user)
    amk = crypto.account.open(found.box, kek, user=user, gen=found.amk_gen)
    fresh = RecoveryCode.random()
    used, slot = new_slot(
        login,
        password,
        amk=amk,
        user=user,
        amk_gen=found.amk_gen,
        at_least=known.profile if known else 1,
    )
    code_place.keep(crypto.recovery.show(fresh))
    grant = accounts.recovery_finish(
        api,
        ticket=found.ticket,
        password=slot,
        recovery=recovery_slot(fresh, amk=amk, user=user, amk_gen=found.amk_gen),
        device_name=device_name,
    )
    code_place.taken()
    _check_generation(found, grant.amk_gen)
    vault = admitted(api, home, grant, login=login, user=user, amk=amk)
    place = settle_in(vault, device_token=grant.device_token, profile=used.profile)
    state.allow(vault, [used])
    return Admitted(vault, place, grant.closes_at)


def _user(api: Api, known: KnownLogin | None, login: str) -> UserId:
    """The user's id, which must be the one this device knows, if it knows one.

    The code is never shown to a server that names another: its proof is bound to the id.
    """
    user = accounts.recovery_user(api, login=login)
    if known is not None and known.user != user:
        raise Refused("The server names another account than the one known by this login.")
    return user


def _check_generation(found: RecoveryOpened, amk_gen: int) -> None:
    if found.amk_gen != amk_gen:
        raise Refused("The server changed the account's generation in the middle of recovery.")
