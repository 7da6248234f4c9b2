"""Boxes: C2SP chunked encryption in a named slot, with a limit."""

from __future__ import annotations

import pytest
from cryptography.cobblestone import Cobblestone256Encryptor
from hypothesis import given
from hypothesis import strategies as st

from commonkeep_cli import crypto
from commonkeep_cli.crypto import box

from .vectors import shake

KEY = shake("box key", 32)
SLOT = box.slot("test", b"field")


@given(st.sampled_from([0, 1, 16_383, 16_384, 16_385, 40_000]), st.binary(max_size=3))
def test_a_box_comes_back_and_has_its_length(size: int, tail: bytes) -> None:
    plaintext = bytes(size) + tail
    sealed = box.seal(KEY, plaintext, slot=SLOT)
    assert len(sealed) == box.box_len(len(plaintext))
    assert box.open(KEY, sealed, slot=SLOT) == plaintext


def test_two_boxes_of_one_plaintext_differ() -> None:
    assert box.seal(KEY, b"x", slot=SLOT) != box.seal(KEY, b"x", slot=SLOT)


@given(st.data())
def test_any_changed_byte_is_refused(data: st.DataObject) -> None:
    sealed = bytearray(box.seal(KEY, bytes(100), slot=SLOT))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(crypto.Tampered):
        box.open(KEY, bytes(sealed), slot=SLOT)


@given(st.integers(0, 20_072))
def test_any_cut_is_refused(end: int) -> None:
    sealed = box.seal(KEY, bytes(20_000), slot=SLOT)
    with pytest.raises(crypto.Tampered):
        box.open(KEY, sealed[:end], slot=SLOT)


def test_a_box_beyond_the_limit_is_refused_though_it_is_well_made() -> None:
    encryptor = Cobblestone256Encryptor(KEY, SLOT)
    sealed = box.VERSION + encryptor.update(bytes(2**20 + 1)) + encryptor.finalize()
    with pytest.raises(crypto.Tampered):
        box.open(KEY, sealed, slot=SLOT)


def test_what_is_kept_at_rest_opens_for_one_account_in_one_place() -> None:
    amk, other = crypto.AccountKey.random(), crypto.AccountKey.random()
    sealed = crypto.at_rest.seal(amk, b"mine", purpose="journal", name=b"one")
    assert crypto.at_rest.open(sealed, amk, purpose="journal", name=b"one") == b"mine"
    for key, purpose, name in (
        (other, "journal", b"one"),
        (amk, "index", b"one"),
        (amk, "journal", b"two"),
    ):
        with pytest.raises(crypto.Tampered):
            crypto.at_rest.open(sealed, key, purpose=purpose, name=name)
