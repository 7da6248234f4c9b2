"""Certificates and keys: whom a client believes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commonkeep_cli import crypto
from commonkeep_cli.crypto import signature, xwing

from .people import ALICE, BOB, CHARLIE


def with_members(value: Any, changed: dict[str, Any]) -> Any:
    return replace(value, **changed)


class TestCertificates:
    def test_ones_own_survives_the_wire_and_is_believed(self) -> None:
        cert = ALICE.identity.certificate
        read = crypto.Certificate.from_wire(cert.to_wire(), user=ALICE.user)
        assert crypto.identity.first_contact(read) == ALICE.identity.contact

    def test_it_belongs_to_its_user_only(self) -> None:
        read = crypto.Certificate.from_wire(ALICE.identity.certificate.to_wire(), user=BOB.user)
        with pytest.raises(crypto.Tampered):
            crypto.identity.first_contact(read)

    def test_another_certificate_than_the_pinned_one_is_refused(self) -> None:
        pin = ALICE.identity.contact.pin
        ours = crypto.identity.check(ALICE.identity.certificate, fingerprint=pin.fingerprint)
        assert ours.pin == pin
        swapped = crypto.identity.derive(CHARLIE.amk, user=ALICE.user)
        with pytest.raises(crypto.Tampered):
            crypto.identity.check(swapped.certificate, fingerprint=pin.fingerprint)

    def test_new_keys_count_if_the_old_ones_signed_them(self) -> None:
        old, new = ALICE.identity, ALICE.identity_of(2)
        endorsed = crypto.identity.endorse(new, old=old)
        read = crypto.Certificate.from_wire(endorsed.to_wire(), user=ALICE.user)
        contact = crypto.identity.check_successor(read, pin=old.contact.pin)
        assert contact == new.contact

    def test_new_keys_without_the_old_ones_are_a_hard_stop(self) -> None:
        new, pin = ALICE.identity_of(2), ALICE.identity.contact.pin
        forged = crypto.identity.endorse(new, old=CHARLIE.identity)
        skipped = crypto.identity.endorse(ALICE.identity_of(3), old=ALICE.identity)
        same = crypto.identity.endorse(ALICE.identity, old=ALICE.identity)
        for cert in (new.certificate, forged, skipped, same):
            with pytest.raises(crypto.Tampered):
                crypto.identity.check_successor(cert, pin=pin)

    def test_a_signing_key_alone_finds_its_certificate(self) -> None:
        cert = ALICE.identity.certificate
        assert crypto.identity.check_author(cert, author=ALICE.author).user == ALICE.user
        for author in (BOB.author, replace(ALICE.author, user=BOB.user)):
            with pytest.raises(crypto.Tampered):
                crypto.identity.check_author(cert, author=author)

    def test_a_sharing_key_that_cannot_be_read_is_refused(self) -> None:
        me = ALICE.identity
        broken = replace(me.certificate, xw_pk=b"\xff" * 1216)
        signed = replace(broken, cert_sig=signature.sign(me.signing, "identity", *broken.fields()))
        with pytest.raises(crypto.Tampered):
            crypto.identity.first_contact(signed)

    @pytest.mark.parametrize(
        "changed",
        [
            {"gen": 0},
            {"gen": 2**32},
            {"ed_pk": b""},
            {"xw_pk": bytes(1184)},
            {"cert_sig": bytes(63)},
            {"previous_sig": b""},
            {"user": bytes(15)},
        ],
        ids=lambda changed: next(iter(changed)),
    )
    def test_other_lengths_are_no_certificate(self, changed: dict[str, Any]) -> None:
        with pytest.raises(crypto.Tampered):
            with_members(ALICE.identity.certificate, changed)

    def test_a_fingerprint_is_shown_in_eight_groups(self) -> None:
        shown = crypto.identity.show(ALICE.identity.contact.fingerprint)
        assert [len(group) for group in shown.split(" ")] == [4] * 8
        assert crypto.identity.show(crypto.Fingerprint(bytes(32))) == " ".join(["0000"] * 8)

    def test_a_client_never_needs_a_server_for_its_own_keys(self) -> None:
        again = crypto.identity.derive(ALICE.amk, user=ALICE.user)
        assert again.certificate == ALICE.identity.certificate
        assert ALICE.identity_of(2).author != ALICE.author


class TestLowOrder:
    """Points for which a signature or a shared secret needs no secret."""

    # The canonical encodings of orders 1, 2, 4, 8 and those that wrap around the prime.
    POINTS = sorted(signature._SMALL_ORDER)

    @pytest.mark.parametrize("sign_bit", [0, 0x80])
    @pytest.mark.parametrize("point", POINTS, ids=lambda point: point.hex()[:8])
    def test_a_signing_key_of_small_order_is_refused(self, point: bytes, sign_bit: int) -> None:
        public = point[:31] + bytes([point[31] | sign_bit])
        for forged in (public + bytes(32), b"\x01" + bytes(63)):
            with pytest.raises(crypto.Tampered):
                signature.verify(public, forged, "node")

    def test_a_sharing_key_of_small_order_is_refused(self) -> None:
        public = ALICE.identity.contact.xw_pk[:1184] + bytes(32)
        with pytest.raises(crypto.Tampered):
            xwing.seal(public, b"key", info=b"")

    def test_half_a_sharing_key_is_refused(self) -> None:
        for length in (0, 32, 1184, 1215, 1217):
            with pytest.raises(crypto.Tampered):
                xwing.seal(ALICE.identity.contact.xw_pk[:1].ljust(length, b"\0"), b"", info=b"")

    def test_half_a_sealed_key_is_refused(self) -> None:
        me = ALICE.identity
        blob = xwing.seal(me.contact.xw_pk, bytes(32), info=b"")
        for part in (b"", blob[:1088], blob[1088:], bytes(1088) + blob[1088:], blob + b"\0"):
            with pytest.raises(crypto.Tampered):
                me.sharing.open(part, info=b"")
