"""Certificates, shares and links: whom a client believes, and what it gives away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commonkeep_cli import crypto
from commonkeep_cli.crypto import signature, xwing

from .people import ALICE, BOB, CHARLIE, file_meta, file_of, folder_of
from .vectors import shake


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


class TestShares:
    def invite(self) -> tuple[crypto.Node, crypto.Invitation]:
        node = folder_of(ALICE)
        invitation = crypto.share.seal(
            node,
            role=crypto.Role.READER,
            sender=ALICE.identity,
            recipient=BOB.identity.contact,
        )
        return node, invitation

    def test_the_recipient_gets_the_key(self) -> None:
        node, invitation = self.invite()
        read = crypto.Invitation.from_wire(invitation.to_wire())
        key = crypto.share.open(read, recipient=BOB.identity, sender=ALICE.author)
        assert key == node.key
        assert read == invitation

    def test_a_stranger_does_not(self) -> None:
        _, invitation = self.invite()
        with pytest.raises(crypto.Tampered):
            crypto.share.open(invitation, recipient=CHARLIE.identity, sender=ALICE.author)
        rebound = replace(invitation, recipient=CHARLIE.user)
        with pytest.raises(crypto.Tampered):
            crypto.share.open(rebound, recipient=CHARLIE.identity, sender=ALICE.author)

    def test_a_stranger_cannot_invite_in_anothers_name(self) -> None:
        _, invitation = self.invite()
        with pytest.raises(crypto.Tampered):
            crypto.share.open(invitation, recipient=BOB.identity, sender=CHARLIE.author)
        forged = replace(ALICE.author, ed_pk=CHARLIE.author.ed_pk)
        with pytest.raises(crypto.Tampered):
            crypto.share.open(invitation, recipient=BOB.identity, sender=forged)

    @pytest.mark.parametrize(
        "changed",
        [
            {"share": bytes(16)},
            {"node": bytes(16)},
            {"type": crypto.NodeType.FILE},
            {"gen": 2},
            {"role": crypto.Role.WRITER},
            {"recipient_gen": 2},
            {"sender_gen": 2},
            {"blob": bytes(1168)},
            {"sig": bytes(64)},
        ],
        ids=lambda changed: next(iter(changed)),
    )
    def test_no_term_can_be_changed(self, changed: dict[str, Any]) -> None:
        _, invitation = self.invite()
        with pytest.raises(crypto.Tampered):
            crypto.share.open(
                with_members(invitation, changed), recipient=BOB.identity, sender=ALICE.author
            )

    @pytest.mark.parametrize(
        ("name", "value"),
        [("role", 0), ("role", 3), ("type", 3), ("blob", "AA"), ("sig", None), ("gen", -1)],
    )
    def test_other_values_are_no_invitation(self, name: str, value: object) -> None:
        _, invitation = self.invite()
        with pytest.raises(crypto.Tampered):
            crypto.Invitation.from_wire(invitation.to_wire() | {name: value})

    def test_what_was_accepted_is_kept_on_its_terms(self) -> None:
        node, invitation = self.invite()
        accepted = crypto.Accepted(invitation.share, node.id, 1, invitation.role)
        sealed = crypto.share.keep(node.key, amk=BOB.amk, user=BOB.user, accepted=accepted)
        kept = crypto.share.open_kept(sealed, amk=BOB.amk, user=BOB.user, accepted=accepted)
        assert kept == node.key
        for changed in (
            {"role": crypto.Role.WRITER},
            {"gen": 2},
            {"node": crypto.NodeId(bytes(16))},
            {"share": crypto.ShareId(bytes(16))},
        ):
            other = with_members(accepted, changed)
            with pytest.raises(crypto.Tampered):
                crypto.share.open_kept(sealed, amk=BOB.amk, user=BOB.user, accepted=other)


class TestLinks:
    link = crypto.LinkId(shake("link", 16))

    def make(
        self, profile: int = 0, typed: str = ""
    ) -> tuple[crypto.Node, str, crypto.LinkTerms, bytes]:
        node = file_of(ALICE)
        secret = crypto.LinkSecret.random(profile=profile)
        keys = crypto.link.derive(secret, link=self.link, typed=typed)
        terms = crypto.link.terms(node, link=self.link, expires=1_900_000_000)
        sealed = crypto.link.seal(node, keys=keys, terms=terms, owner=ALICE.identity)
        return node, crypto.link.write_fragment(secret, link=self.link), terms, sealed

    def visit(
        self, fragment: str, terms: crypto.LinkTerms, sealed: bytes, typed: str = ""
    ) -> crypto.Linked:
        secret = crypto.link.read_fragment(fragment, link=self.link)
        keys = crypto.link.derive(secret, link=self.link, typed=typed)
        return crypto.link.open(sealed, keys=keys, terms=terms)

    def test_a_visitor_reads_the_file_and_who_shared_it(self) -> None:
        node, fragment, terms, sealed = self.make()
        linked = self.visit(fragment, terms, sealed)
        assert linked.owner == ALICE.author
        opened = crypto.node.open_top(
            node.record,
            id=terms.node,
            kind=terms.type,
            gen=terms.gen,
            key=linked.key,
            authors=[linked.owner],
        )
        assert opened.meta == file_meta()

    def test_a_password_is_part_of_the_key(self) -> None:
        node, fragment, terms, sealed = self.make(1, "open sesame")
        assert self.visit(fragment, terms, sealed, "open sesame").key == node.key
        with pytest.raises(crypto.Tampered):
            self.visit(fragment, terms, sealed, "Open Sesame")
        with pytest.raises(crypto.BadInput):
            self.visit(fragment, terms, sealed)

    def test_a_password_where_there_is_none_is_a_mistake(self) -> None:
        _, fragment, terms, sealed = self.make()
        with pytest.raises(crypto.BadInput):
            self.visit(fragment, terms, sealed, "x")

    @pytest.mark.parametrize(
        "changed",
        [
            {"link": bytes(16)},
            {"node": bytes(16)},
            {"type": crypto.NodeType.FOLDER},
            {"gen": 2},
            {"expires": 1_900_000_001},
        ],
        ids=lambda changed: next(iter(changed)),
    )
    def test_no_term_can_be_changed(self, changed: dict[str, Any]) -> None:
        _, fragment, terms, sealed = self.make()
        with pytest.raises(crypto.Tampered):
            self.visit(fragment, with_members(terms, changed), sealed)

    def test_a_visitor_cannot_make_a_link_in_the_owners_name(self) -> None:
        node, fragment, terms, _ = self.make()
        secret = crypto.link.read_fragment(fragment, link=self.link)
        keys = crypto.link.derive(secret, link=self.link)
        pretended = replace(CHARLIE.identity, contact=ALICE.identity.contact)
        forged = crypto.link.seal(node, keys=keys, terms=terms, owner=pretended)
        with pytest.raises(crypto.Tampered):
            self.visit(fragment, terms, forged)

    def test_a_key_put_beside_the_owners_signature_opens_nothing_of_the_owners(self) -> None:
        node, fragment, terms, _ = self.make()
        secret = crypto.link.read_fragment(fragment, link=self.link)
        keys = crypto.link.derive(secret, link=self.link)
        other = replace(node, key=crypto.NodeKey.random())
        sealed = crypto.link.seal(other, keys=keys, terms=terms, owner=ALICE.identity)
        linked = self.visit(fragment, terms, sealed)
        with pytest.raises(crypto.Tampered):
            crypto.node.open_top(
                node.record,
                id=terms.node,
                kind=terms.type,
                gen=terms.gen,
                key=linked.key,
                authors=[linked.owner],
            )

    @pytest.mark.parametrize("at", range(0, 51, 5))
    def test_a_slip_in_the_address_is_found(self, at: int) -> None:
        _, fragment, _, _ = self.make()
        slipped = fragment[:at] + ("B" if fragment[at] != "B" else "C") + fragment[at + 1 :]
        with pytest.raises(crypto.BadInput):
            crypto.link.read_fragment(slipped, link=self.link)

    def test_a_profile_that_is_none_is_refused(self) -> None:
        for profile in (3, 99, 255, -1):
            with pytest.raises(crypto.Tampered):
                crypto.LinkSecret.random(profile=profile)
        with pytest.raises(crypto.Tampered):
            crypto.LinkSecret(0, bytes(31))

    @pytest.mark.parametrize("profile", [0, 1, 2])
    def test_the_owner_can_show_the_link_again(self, profile: int) -> None:
        secret = crypto.LinkSecret.random(profile=profile)
        sealed = crypto.link.keep_secret(secret, amk=ALICE.amk, user=ALICE.user, link=self.link)
        again = crypto.link.open_secret(sealed, amk=ALICE.amk, user=ALICE.user, link=self.link)
        assert again == secret
        with pytest.raises(crypto.Tampered):
            crypto.link.open_secret(sealed, amk=BOB.amk, user=BOB.user, link=self.link)
