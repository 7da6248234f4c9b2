"""All published vectors, through the functions that the client itself calls."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest

from commonkeep_cli import crypto

from .runners import RUNNERS
from .vectors import Vector, load

VECTORS = load("commonkeep-v1.json")
RECOVERY = load("recovery-code-v1.json")
REFUSED = (crypto.Tampered, crypto.BadInput)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_vector(vector: Vector) -> None:
    run = RUNNERS[vector["kind"]]
    if vector["expect"] == "ok":
        run(vector)
        return
    with pytest.raises(REFUSED):
        run(vector)


@pytest.mark.parametrize("vector", RECOVERY, ids=lambda vector: vector["id"])
def test_recovery_code(vector: Vector) -> None:
    if vector["expect"] == "reject":
        with pytest.raises(crypto.BadInput):
            crypto.recovery.read(vector["text"])
        return
    code = crypto.recovery.read(vector["text"])
    assert code.raw.hex() == vector["code"]
    assert crypto.recovery.read(crypto.recovery.show(code)) == code


def test_the_counts_are_the_published_ones() -> None:
    expected = Counter(vector["expect"] for vector in VECTORS)
    assert expected == {"ok": 42, "reject": 91}
    assert len({vector["id"] for vector in VECTORS}) == 133
    assert len(RECOVERY) == 15


def test_no_kind_is_left_out() -> None:
    assert {vector["kind"] for vector in VECTORS} == RUNNERS.keys()


def test_the_canonical_recovery_codes_are_written_as_published() -> None:
    written = [v for v in RECOVERY if v["id"] in ("accept-0", "accept-1", "accept-2", "accept-3")]
    assert len(written) == 4
    for vector in written:
        code = crypto.RecoveryCode(bytes.fromhex(vector["code"]))
        assert crypto.recovery.show(code) == vector["text"]


def test_the_name_vectors_hold_both_normal_forms() -> None:
    names = [vector["name"] for vector in VECTORS if vector["kind"] == "name-tag"]
    assert {unicodedata.is_normalized("NFC", name) for name in names} == {True, False}
