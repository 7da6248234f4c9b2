"""Meta: one JSON object that can be read in one way only."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonkeep_cli import crypto
from commonkeep_cli.crypto import meta
from commonkeep_cli.crypto.text import is_name, nfc

from .people import file_meta

FILE = crypto.NodeType.FILE
FOLDER = crypto.NodeType.FOLDER


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
