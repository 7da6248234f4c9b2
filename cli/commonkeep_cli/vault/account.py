"""The opened account: what every command works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from .. import crypto
from ..api import accounts
from ..api.transport import Api
from ..crypto import AccountKey, Author, Identity, NodeId, NodeKey, UserId
from ..errors import Failure, SignedOut, Usage
from . import keyring, signed_in
from .entry import Entry
from .home import Home
from .keyring import Secrets
from .marks import Marks
from .signed_in import KnownLogin, SignedIn


@dataclass(frozen=True)
class Vault:
    """An account with its keys in memory; made once per command, usable from several threads."""

    api: Api
    home: Home
    user: UserId
    login: str
    amk: AccountKey = field(repr=False)
    amk_gen: int
    marks: Marks = field(repr=False)
    # Folders opened so far, by id: whoever knows a folder can open what lies in it.
    folders: dict[NodeId, Entry] = field(default_factory=dict, repr=False)

    @cached_property
    def identity(self) -> Identity:
        """The own signing keys, derived and never read from the server."""
        return crypto.identity.derive(self.amk, user=self.user, gen=self.amk_gen)

    @cached_property
    def root(self) -> Entry:
        """The root folder."""
        place = crypto.node.root(self.amk, user=self.user)
        return Entry(node=place.id, parent=None, key=place.key, meta=None, record=None)

    @property
    def root_key(self) -> NodeKey:
        return self.root.key

    @property
    def authors(self) -> tuple[Author, ...]:
        """Whose records count: the owner's."""
        return (self.identity.author,)


def open_vault(
    *, home: Home, server: str | None = None, connect: Callable[[str, str | None], Api] = Api
) -> Vault:
    """The account that is signed in at this home, without asking the server anything.

    Raises SignedOut, and Usage if `server` is another one than the account's.
    """
    found = signed_in.read(home)
    if found is None:
        raise SignedOut("Nobody is signed in here.", hint="commonkeep login LOGIN")
    secrets = keyring.load(home, found.place)
    api = connect(found.server, secrets.token)
    if server is not None and connect(server, None).address != api.address:
        raise Usage(
            f"{found.login} is signed in at {found.server}.",
            hint="Sign out first, or keep accounts apart with COMMONKEEP_HOME.",
        )
    return opened(api, home, found, secrets.amk)


def opened(api: Api, home: Home, who: SignedIn, amk: AccountKey) -> Vault:
    """The vault of somebody whose account key was opened."""
    return Vault(
        api=api,
        home=home,
        user=who.user,
        login=who.login,
        amk=amk,
        amk_gen=who.amk_gen,
        marks=Marks(home, who.user),
    )


def settle_in(vault: Vault, *, device_token: str, profile: int) -> str:
    """Keep the keys on this device; returns where (keyring.SYSTEM or keyring.FILE)."""
    server, login = vault.api.address.origin, vault.login
    known = KnownLogin(vault.user, device_token, profile)
    signed_in.know_login(vault.home, known, server=server, login=login)
    if vault.api.token is None:
        raise SignedOut("There is no session to keep.")
    place = keyring.keep(vault.home, Secrets(vault.api.token, vault.amk))
    who = SignedIn(server, login, vault.user, vault.amk_gen, place)
    signed_in.write(vault.home, who)
    return place


def sign_out(home: Home, *, connect: Callable[[str, str | None], Api] = Api) -> Failure | None:
    """Wipe the keys here and end the session there.

    Returns why the server could not be told, if so; the keys are wiped all the same. Raises
    SignedOut if nobody is signed in.
    """
    found = signed_in.read(home)
    if found is None:
        raise SignedOut("Nobody is signed in here.")
    token = _token(home, found)
    keyring.wipe(home, found.place)
    signed_in.clear(home)
    if token is None:
        return None
    try:
        accounts.end_session(connect(found.server, token), "current")
    except Failure as failure:
        return None if failure.exit_code == SignedOut.default_code else failure
    return None


def _token(home: Home, found: SignedIn) -> str | None:
    try:
        return keyring.load(home, found.place).token
    except Failure:
        return None
