"""Passwords, recovery codes, passkeys and the boxes they open."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
from argon2.exceptions import Argon2Error
from hypothesis import given
from hypothesis import strategies as st

from commonkeep_cli import crypto
from commonkeep_cli.crypto import password as password_module

from .people import ALICE, BOB
from .vectors import shake

SALT = shake("salt", 16)
CREDENTIAL = b"credential"


def keks() -> list[crypto.Kek]:
    code = crypto.RecoveryCode(shake("code", 32))
    return [
        crypto.PasswordKek(shake("kek", 32)),
        crypto.recovery.kek(code, user=ALICE.user),
        crypto.account.passkey_kek(shake("prf", 32), user=ALICE.user, credential=CREDENTIAL),
    ]


@pytest.mark.parametrize("kek", keks(), ids=lambda kek: type(kek).__name__)
class TestAccountKeyBox:
    def test_it_opens(self, kek: crypto.Kek) -> None:
        sealed = crypto.account.seal(ALICE.amk, kek, user=ALICE.user, gen=1)
        assert len(sealed) == 105
        assert crypto.account.open(sealed, kek, user=ALICE.user, gen=1) == ALICE.amk

    def test_not_for_another_user_or_generation(self, kek: crypto.Kek) -> None:
        sealed = crypto.account.seal(ALICE.amk, kek, user=ALICE.user, gen=1)
        for user, gen in [(BOB.user, 1), (ALICE.user, 2)]:
            with pytest.raises(crypto.Tampered):
                crypto.account.open(sealed, kek, user=user, gen=gen)

    def test_not_in_another_slot(self, kek: crypto.Kek) -> None:
        sealed = crypto.account.seal(ALICE.amk, kek, user=ALICE.user, gen=1)
        others: list[crypto.Kek] = [
            crypto.PasswordKek(kek.raw),
            crypto.RecoveryKek(kek.raw),
            crypto.PasskeyKek(kek.raw, credential=CREDENTIAL),
            crypto.PasskeyKek(kek.raw, credential=b"other"),
        ]
        for other in others:
            if (other.method, other.method_id) != (kek.method, kek.method_id):
                with pytest.raises(crypto.Tampered):
                    crypto.account.open(sealed, other, user=ALICE.user, gen=1)

    def test_not_with_a_flipped_bit_or_another_length(self, kek: crypto.Kek) -> None:
        sealed = crypto.account.seal(ALICE.amk, kek, user=ALICE.user, gen=1)
        broken = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(105)]
        for box in [*broken, b"", sealed[:-1], sealed + b"\0"]:
            with pytest.raises(crypto.Tampered):
                crypto.account.open(box, kek, user=ALICE.user, gen=1)


def test_the_passkey_salt_is_the_published_constant() -> None:
    assert crypto.account.PRF_SALT.hex() == (
        "c28c952bd272f880e492dc2f9033e295967ffff787357690fe110fe6dcb21106"
    )


def test_a_passkey_output_of_another_length_is_refused() -> None:
    with pytest.raises(crypto.Tampered):
        crypto.account.passkey_kek(bytes(64), user=ALICE.user, credential=CREDENTIAL)


class TestPassword:
    def derive(self, **changed: object) -> crypto.PasswordKeys:
        given_values = {"login": "alice", "password": "p", "salt": SALT, "profile": 1}
        return crypto.password.derive(**(given_values | changed))  # type: ignore[arg-type]

    def test_the_second_profile_gives_other_keys(self) -> None:
        assert self.derive(profile=2) != self.derive()

    @pytest.mark.parametrize("profile", [0, 3, 99, -1, 256, True])
    def test_an_unknown_profile_is_refused_before_any_work(
        self, profile: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(password_module, "hash_secret_raw", _never)
        with pytest.raises(crypto.Tampered):
            self.derive(profile=profile)

    def test_a_weaker_profile_than_before_is_refused_before_any_work(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(password_module, "hash_secret_raw", _never)
        with pytest.raises(crypto.Tampered):
            self.derive(profile=1, at_least=2)

    @pytest.mark.parametrize("length", [0, 8, 15, 17, 32])
    def test_a_salt_of_another_length_is_refused_before_any_work(
        self, length: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(password_module, "hash_secret_raw", _never)
        with pytest.raises(crypto.Tampered):
            self.derive(salt=bytes(length))

    def test_two_logins_with_one_salt_share_nothing(self) -> None:
        one, two = self.derive(), self.derive(login="bob")
        assert one.auth != two.auth
        assert one.kek != two.kek


def _never(*_: object, **__: object) -> bytes:
    raise Argon2Error


class TestRecoveryCode:
    @given(st.binary(min_size=32, max_size=32))
    def test_it_comes_back(self, raw: bytes) -> None:
        code = crypto.RecoveryCode(raw)
        shown = crypto.recovery.show(code)
        assert len(shown) == 14 * 4 + 13
        assert crypto.recovery.read(shown.lower().replace("-", " ")) == code

    @given(st.binary(min_size=32, max_size=32), st.integers(0, 55), st.integers(1, 31))
    def test_a_slip_in_one_symbol_is_found(self, raw: bytes, at: int, step: int) -> None:
        alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        symbols = list(crypto.recovery.show(crypto.RecoveryCode(raw)).replace("-", ""))
        symbols[at] = alphabet[(alphabet.index(symbols[at]) + step) % 32]
        with pytest.raises(crypto.BadInput):
            crypto.recovery.read("".join(symbols))

    @pytest.mark.parametrize("sign", ["u", "\u0131", "\u017f", "\uff10", "\u00a0", "_", "\0"])
    def test_a_foreign_sign_is_refused(self, sign: str) -> None:
        shown = crypto.recovery.show(crypto.RecoveryCode(bytes(32)))
        with pytest.raises(crypto.BadInput):
            crypto.recovery.read(sign + shown[1:])

    def test_its_keys_are_bound_to_the_user_and_differ(self) -> None:
        code = crypto.RecoveryCode(shake("code", 32))
        keys = [
            derive(code, user=person.user).raw
            for derive in (crypto.recovery.kek, crypto.recovery.auth)
            for person in (ALICE, BOB)
        ]
        assert len(set(keys)) == 4


class TestState:
    def test_it_opens_in_its_version_only(self) -> None:
        sealed = crypto.state.seal(ALICE.amk, b"{}", user=ALICE.user, version=3)
        assert crypto.state.open(sealed, ALICE.amk, user=ALICE.user, version=3) == b"{}"
        for amk, user, version in [
            (BOB.amk, ALICE.user, 3),
            (ALICE.amk, BOB.user, 3),
            (ALICE.amk, ALICE.user, 2),
        ]:
            with pytest.raises(crypto.Tampered):
                crypto.state.open(sealed, amk, user=user, version=version)

    def test_its_length_does_not_tell_what_is_in_it(self) -> None:
        lengths = {
            len(crypto.state.seal(ALICE.amk, bytes(n), user=ALICE.user, version=1))
            for n in (0, 100, 508)
        }
        assert len(lengths) == 1

    def test_it_has_its_limit(self) -> None:
        crypto.state.seal(ALICE.amk, bytes(2**20 - 4), user=ALICE.user, version=1)
        with pytest.raises(ValueError, match="1 MiB"):
            crypto.state.seal(ALICE.amk, bytes(2**20 - 3), user=ALICE.user, version=1)


class TestKeys:
    kinds: tuple[Callable[[bytes], object], ...] = (
        crypto.AccountKey,
        crypto.NodeKey,
        crypto.ContentKey,
        crypto.AuthKey,
        crypto.RecoveryAuthKey,
        crypto.RecoveryCode,
        crypto.PasswordKek,
        crypto.RecoveryKek,
        crypto.PasskeyKek,
        crypto.LinkAuthKey,
        crypto.LinkBoxKey,
    )

    @pytest.mark.parametrize("kind", kinds)
    def test_no_key_shows_itself(self, kind: Callable[[bytes], object]) -> None:
        raw = shake("raw", 32)
        for shown in (repr(kind(raw)), str(kind(raw)), f"{kind(raw)}"):
            assert repr(raw)[2:12] not in shown
            assert raw.hex()[:8] not in shown

    def test_nothing_that_holds_a_key_shows_it(self) -> None:
        secret = crypto.LinkSecret.random()
        holders = [ALICE.root, ALICE.identity, secret, keks()[2]]
        hidden = [ALICE.root.key.raw, ALICE.amk.raw, secret.secret, keks()[2].raw]
        for holder in holders:
            assert not any(repr(raw)[2:12] in repr(holder) for raw in hidden)

    def test_equal_bytes_of_two_kinds_are_not_equal(self) -> None:
        made = [kind(bytes(32)) for kind in self.kinds]
        assert all(
            (one == two) == (at == to) for at, one in enumerate(made) for to, two in enumerate(made)
        )

    @pytest.mark.parametrize("kind", kinds)
    def test_a_key_has_32_bytes(self, kind: Callable[[bytes], object]) -> None:
        for length in (0, 16, 31, 33):
            with pytest.raises(ValueError, match="32 bytes"):
                kind(bytes(length))


def test_a_refusal_names_no_cause_and_survives_a_process_boundary() -> None:
    with pytest.raises(crypto.Tampered) as caught:
        crypto.account.open(bytes(105), keks()[0], user=ALICE.user, gen=1)
    assert caught.value.args == ()
    assert caught.value.__cause__ is None
    assert str(caught.value) == str(crypto.Tampered())
    assert isinstance(pickle.loads(pickle.dumps(caught.value)), crypto.Tampered)
