"""Shares: what one account gives to another, on which terms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commonkeep_cli import crypto

from .people import ALICE, BOB, CHARLIE, folder_of


def with_members(value: Any, changed: dict[str, Any]) -> Any:
    return replace(value, **changed)


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
