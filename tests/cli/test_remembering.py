"""What a device keeps: keys in a keyring or a private file, marks that only rise."""

from __future__ import annotations

import stat
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from commonkeep_cli.crypto import AccountKey, Mark, NodeId, UserId, random_id
from commonkeep_cli.errors import Failure, SignedOut
from commonkeep_cli.vault import keyring as keys
from commonkeep_cli.vault.home import Home
from commonkeep_cli.vault.keyring import FILE, SYSTEM, Secrets
from commonkeep_cli.vault.marks import Marks


class Real(KeyringBackend):
    """Stands for a system's keyring."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Locked(Real):
    """One that nobody unlocks."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.KeyringLocked


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def secrets() -> Secrets:
    return Secrets(token="a-token", amk=AccountKey.random())


def _use(monkeypatch: pytest.MonkeyPatch, backend: KeyringBackend) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)


def test_a_real_keyring_is_used_and_wiped(
    home: Home, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = Real()
    _use(monkeypatch, backend)
    assert keys.keep(home, secrets) == SYSTEM
    assert keys.load(home, SYSTEM) == secrets
    assert not keys.key_file(home).exists()
    keys.wipe(home, SYSTEM)
    assert backend.kept == {}
    with pytest.raises(Failure):
        keys.load(home, SYSTEM)


@pytest.mark.parametrize("kind", [fail.Keyring, null.Keyring, Locked])
def test_without_a_real_keyring_the_keys_lie_in_a_private_file(
    home: Home, secrets: Secrets, monkeypatch: pytest.MonkeyPatch, kind: type[KeyringBackend]
) -> None:
    _use(monkeypatch, kind())
    assert keys.keep(home, secrets) == FILE
    assert stat.S_IMODE(keys.key_file(home).stat().st_mode) == 0o600
    assert keys.load(home, FILE) == secrets
    keys.wipe(home, FILE)
    with pytest.raises(SignedOut):
        keys.load(home, FILE)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"token": "x", "amk": "AAAA"}'])
def test_a_damaged_key_file_asks_to_sign_in_again(home: Home, text: str) -> None:
    keys.key_file(home).write_text(text)
    with pytest.raises(SignedOut):
        keys.load(home, FILE)


def test_secrets_are_in_no_repr(secrets: Secrets) -> None:
    assert "a-token" not in repr(secrets)
    assert secrets.amk.raw.hex() not in repr(secrets)


def test_marks_only_rise(home: Home) -> None:
    marks, node = Marks(home, UserId(random_id())), NodeId(random_id())
    newest = Mark(gen=2, ver=7, digest=b"n" * 32)
    for mark in (Mark(1, 9, b"a" * 32), newest, Mark(2, 6, b"b" * 32), Mark(2, 7, b"c" * 32)):
        marks.keep([(node, mark)])
    assert marks.seen([node, NodeId(random_id())]) == {node: newest}
    marks.close()


def test_marks_of_two_accounts_do_not_mix(home: Home) -> None:
    node, mark = NodeId(random_id()), Mark(1, 1, bytes(32))
    mine, other = Marks(home, UserId(random_id())), Marks(home, UserId(random_id()))
    mine.keep([(node, mark)])
    assert other.seen([node]) == {}
    mine.close()
    other.close()


def test_ten_thousand_marks_are_one_transaction(home: Home) -> None:
    marks = Marks(home, UserId(random_id()))
    kept = {NodeId(random_id()): Mark(1, 1, bytes(32)) for _ in range(10_000)}
    marks.keep(kept.items())
    assert marks.seen(list(kept)) == kept
    marks.close()
