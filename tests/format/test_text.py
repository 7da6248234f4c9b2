"""Names, logins and passwords: one spelling each."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonkeep_cli import crypto
from commonkeep_cli.crypto.text import is_name, login, new_name, password


class TestTypedText:
    def test_a_name_is_normalised(self) -> None:
        assert new_name("A\u030a") == "\u00c5"

    @pytest.mark.parametrize(
        "name", ["", ".", "..", "a/b", "\x7f", "\n", "\u0378", "\uffff", "\udc80", "x" * 256]
    )
    def test_a_name_that_cannot_be_used_says_so(self, name: str) -> None:
        with pytest.raises(crypto.BadInput):
            new_name(name)

    @given(st.text(max_size=80))
    def test_every_name_taken_can_be_read(self, name: str) -> None:
        try:
            taken = new_name(name)
        except crypto.BadInput:
            return
        assert is_name(taken)

    def test_a_password_is_normalised_and_not_trimmed(self) -> None:
        assert password(" Pa\u0308ss ") == " P\u00e4ss ".encode()

    @pytest.mark.parametrize("typed", ["", "\u0378", "\ud800"])
    def test_a_password_that_cannot_be_used_says_so(self, typed: str) -> None:
        with pytest.raises(crypto.BadInput):
            password(typed)

    def test_a_login_is_normalised_trimmed_and_lowered(self) -> None:
        assert login(" \u00c4lice@Example.org\t") == login("\ufeffA\u0308LICE@example.ORG")

    @pytest.mark.parametrize("typed", ["", "  ", "\u0378", "a\x00b", "a\nb", "\ud800"])
    def test_a_login_that_cannot_be_used_says_so(self, typed: str) -> None:
        with pytest.raises(crypto.BadInput):
            login(typed)

    @given(st.text(max_size=30))
    def test_a_login_is_stable(self, typed: str) -> None:
        try:
            known = login(typed)
        except crypto.BadInput:
            return
        assert login(known) == known
        assert unicodedata.is_normalized("NFC", known)

    def test_no_message_repeats_what_was_typed(self) -> None:
        with pytest.raises(crypto.BadInput) as caught:
            password("hunter2\u0378")
        assert "hunter2" not in str(caught.value)
