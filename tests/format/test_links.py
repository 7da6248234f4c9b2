"""Links: what somebody without an account gets, and what the address must not give away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commonkeep_cli import crypto

from .people import ALICE, BOB, CHARLIE, file_meta, file_of
from .vectors import shake


def with_members(value: Any, changed: dict[str, Any]) -> Any:
    return replace(value, **changed)


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
