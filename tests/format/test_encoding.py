"""Integers, base64url, contexts, padding and the wire: whatever could be read in two ways."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonkeep_cli import crypto
from commonkeep_cli.crypto import encoding

from .people import ALICE, file_of


class TestIntegers:
    @given(st.integers(0, 2**53 - 1))
    def test_u64_has_eight_bytes(self, value: int) -> None:
        assert encoding.u64(value) == value.to_bytes(8, "big")

    @pytest.mark.parametrize("value", [-1, 2**53, 2**64 - 1, 2**64, True, 1.0, "1", None])
    def test_u64_refuses_what_a_double_cannot_hold(self, value: Any) -> None:
        with pytest.raises(crypto.Tampered):
            encoding.u64(value)

    @pytest.mark.parametrize("value", [-1, 2**32])
    def test_u32_has_its_range(self, value: int) -> None:
        with pytest.raises(crypto.Tampered):
            encoding.u32(value)

    @pytest.mark.parametrize("value", [-1, 256])
    def test_u8_has_its_range(self, value: int) -> None:
        with pytest.raises(crypto.Tampered):
            encoding.u8(value)


class TestBase64url:
    @given(st.binary(max_size=100))
    def test_it_comes_back(self, data: bytes) -> None:
        assert encoding.unb64url(encoding.b64url(data), length=len(data)) == data

    @pytest.mark.parametrize(
        "text",
        ["A", "AA==", "AB", "AAB", "AA\n", " AA", "A A", "A+", "A/", "\u0410A", "AA=", 7, None],
    )
    def test_a_second_spelling_is_refused(self, text: object) -> None:
        with pytest.raises(crypto.Tampered):
            encoding.unb64url(text)

    def test_another_length_is_refused(self) -> None:
        with pytest.raises(crypto.Tampered):
            encoding.unb64url("AAAA", length=2)

    @given(st.text(alphabet="AZaz09-_", max_size=12))
    def test_what_is_read_is_what_would_be_written(self, text: str) -> None:
        try:
            data = encoding.unb64url(text)
        except crypto.Tampered:
            return
        assert encoding.b64url(data) == text


class TestContexts:
    fields = st.lists(st.binary(max_size=20), max_size=4)

    @given(fields, fields)
    def test_two_lists_of_fields_never_meet(self, one: list[bytes], two: list[bytes]) -> None:
        assert (encoding.ctx("x", *one) == encoding.ctx("x", *two)) == (one == two)


class TestPadding:
    @given(st.binary(max_size=5000))
    def test_it_comes_back(self, data: bytes) -> None:
        padded = encoding.pad(data)
        assert encoding.unpad(padded) == data
        assert len(padded) == 512 or len(padded) % 1024 == 0

    @given(st.binary(max_size=511))
    def test_less_than_the_smallest_is_refused(self, padded: bytes) -> None:
        with pytest.raises(crypto.Tampered):
            encoding.unpad(padded)

    @given(st.binary(max_size=507), st.integers(1, 255))
    def test_a_filler_that_says_something_is_refused(self, data: bytes, last: int) -> None:
        with pytest.raises(crypto.Tampered):
            encoding.unpad(encoding.pad(data)[:-1] + bytes([last]))

    @given(st.binary(min_size=512, max_size=1024))
    def test_what_is_read_is_what_would_be_written(self, padded: bytes) -> None:
        try:
            data = encoding.unpad(padded)
        except crypto.Tampered:
            return
        assert encoding.pad(data) == padded


class TestWire:
    @pytest.mark.parametrize("value", [None, [], "x", 5])
    def test_only_objects_are_records(self, value: object) -> None:
        with pytest.raises(crypto.Tampered):
            crypto.NodeRecord.from_wire(value)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("type", 0),
            ("type", 3),
            ("type", True),
            ("gen", 0),
            ("gen", 2**32),
            ("ver", 0),
            ("ver", 2**53),
            ("ver", 1.0),
            ("author_gen", "1"),
            ("node", "AA"),
            ("key_box", "AAAA"),
            ("meta_box", None),
            ("tag", 5),
            ("sig", "="),
        ],
    )
    def test_other_values_are_refused(self, name: str, value: object) -> None:
        with pytest.raises(crypto.Tampered):
            crypto.NodeRecord.from_wire(file_of(ALICE).record.to_wire() | {name: value})

    def test_missing_members_are_refused(self) -> None:
        wire = file_of(ALICE).record.to_wire()
        for name in wire:
            with pytest.raises(crypto.Tampered):
                crypto.NodeRecord.from_wire({n: v for n, v in wire.items() if n != name})

    def test_a_meta_box_above_its_limit_is_refused(self) -> None:
        wire = file_of(ALICE).record.to_wire()
        with pytest.raises(crypto.Tampered):
            crypto.NodeRecord.from_wire(wire | {"meta_box": "A" * 2_000_000})
