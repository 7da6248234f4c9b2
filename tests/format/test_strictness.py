"""Whatever could be read in two ways is refused: text, integers, JSON, padding, base64url."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonkeep_cli import crypto
from commonkeep_cli.crypto import encoding, meta
from commonkeep_cli.crypto.text import is_name, login, new_name, nfc, password

from .people import ALICE, file_meta, file_of

FILE = crypto.NodeType.FILE
FOLDER = crypto.NodeType.FOLDER


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


def members(**changed: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(meta.encode(file_meta()))
    return {name: value for name, value in (found | changed).items() if value is not ...}


class TestMeta:
    names = st.text(min_size=1, max_size=60).map(nfc).filter(is_name)

    @given(names, st.text(alphabet="az/+-", max_size=20), st.integers(0, 2**53 - 1), st.data())
    def test_a_file_comes_back(self, name: str, mime: str, mtime: int, data: st.DataObject) -> None:
        given_meta = crypto.FileMeta(
            name=name,
            mime=mime,
            mtime=mtime,
            rev=crypto.RevId(data.draw(st.binary(min_size=16, max_size=16))),
            size=data.draw(st.integers(0, crypto.segments.MAX_SIZE)),
            root=data.draw(st.binary(min_size=32, max_size=32)),
        )
        assert meta.decode(meta.encode(given_meta), FILE) == given_meta

    @given(names, st.integers(0, 2**53 - 1))
    def test_a_folder_comes_back(self, name: str, mtime: int) -> None:
        given_meta = crypto.FolderMeta(name, mtime)
        assert meta.decode(meta.encode(given_meta), FOLDER) == given_meta

    def test_the_members_are_those_of_the_format(self) -> None:
        assert members().keys() == {*("v", "name", "mime", "mtime", "rev", "size", "seg", "root")}
        assert json.loads(meta.encode(crypto.FolderMeta("x", 1))) == {
            "v": 1,
            "name": "x",
            "mtime": 1,
        }

    @pytest.mark.parametrize("name", ["v", "mtime", "size", "seg"])
    @pytest.mark.parametrize(
        "value", [True, False, 1.0, 1e3, -1, 2**53, 10**400, "1", None, [], {}, ...]
    )
    def test_only_integers_are_integers(self, name: str, value: object) -> None:
        text = json.dumps(members(**{name: value}))
        with pytest.raises(crypto.Tampered):
            meta.decode(text.encode(), FILE)

    @pytest.mark.parametrize(
        "changed",
        [
            {"v": 2},
            {"seg": 4096},
            {"seg": 262_145},
            {"size": crypto.segments.MAX_SIZE + 1},
            {"rev": "00"},
            {"rev": "AB" * 16},
            {"rev": "0" * 31 + " "},
            {"rev": 5},
            {"root": "00" * 31},
            {"root": "00" * 32 + "\n"},
            {"mime": "a" * 256},
            {"mime": "text/\u00fcber"},
            {"mime": "text\n"},
            {"mime": 5},
            {"extra": 1},
            {"mime": ...},
            {"root": ...},
            {"name": 5},
        ],
        ids=str,
    )
    def test_other_values_are_refused(self, changed: dict[str, object]) -> None:
        with pytest.raises(crypto.Tampered):
            meta.decode(json.dumps(members(**changed)).encode(), FILE)

    @pytest.mark.parametrize(
        "name",
        [
            *("", ".", "..", "a/b", "/", "a\0", "a\n", "\x1f", "\x80", "\x9f"),
            *("e\u0301", "x" * 256, "\u00fc" * 128, "\ud800"),
        ],
        ids=ascii,
    )
    def test_names_against_the_rules_are_refused(self, name: str) -> None:
        with pytest.raises(crypto.Tampered):
            meta.decode(json.dumps(members(name=name)).encode(), FILE)
        with pytest.raises((crypto.Tampered, crypto.BadInput)):
            meta.encode(file_meta(name))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{}",
            "[]",
            "1",
            "null",
            "{",
            '{"v":1,"v":1,"name":"x","mtime":1}',
            '{"v":1,"name":"y","name":"x","mtime":1}',
            '{"v":1,"name":"x","mtime":NaN}',
            '{"v":1,"name":"x","mtime":1e0}',
            '{"v":1,"name":"x","mtime":' + "9" * 5000 + "}",
            '{"v":1,"name":"x","mtime":1} x',
            "[" * 100_000,
            '\ufeff{"v":1,"name":"x","mtime":1}',
        ],
        ids=lambda text: text[:30],
    )
    def test_other_json_is_refused(self, text: str) -> None:
        with pytest.raises(crypto.Tampered):
            meta.decode(text.encode(), FOLDER)

    def test_other_bytes_are_refused(self) -> None:
        with pytest.raises(crypto.Tampered):
            meta.decode(b'{"v":1,"name":"\xff","mtime":1}', FOLDER)

    def test_a_file_is_no_folder_and_a_folder_no_file(self) -> None:
        with pytest.raises(crypto.Tampered):
            meta.decode(meta.encode(file_meta()), FOLDER)
        with pytest.raises(crypto.Tampered):
            meta.decode(meta.encode(crypto.FolderMeta("x", 1)), FILE)

    @given(st.binary(max_size=200))
    def test_noise_is_refused_and_nothing_worse(self, noise: bytes) -> None:
        with pytest.raises(crypto.Tampered):
            meta.decode(noise, FOLDER)


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
