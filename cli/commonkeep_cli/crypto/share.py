"""Giving a node's key to another account, and keeping it once it was accepted.

An invitation is sealed with HPKE to the recipient's X-Wing key and signed by the sender, over
every term of it: nobody can send it on, raise the role or put another node in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from . import box, signature, wire, xwing
from .encoding import U32_MAX, b64url, bounded, ctx, kd, sha256, sized, u8, u32
from .errors import Tampered
from .identity import Author, Contact, Identity
from .keys import (
    ID_BYTES,
    KEY_BYTES,
    AccountKey,
    NodeId,
    NodeKey,
    NodeType,
    Role,
    ShareId,
    UserId,
    random_id,
)
from .place import Node

BLOB = xwing.ENCAPSULATED + KEY_BYTES + 16


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the server carries from sender to recipient. Raises Tampered for other lengths."""

    share: ShareId
    node: NodeId
    type: NodeType
    gen: int
    role: Role
    sender: UserId
    sender_gen: int
    recipient: UserId
    recipient_gen: int
    blob: bytes = field(repr=False)
    sig: bytes = field(repr=False)

    def __post_init__(self) -> None:
        for value in (self.share, self.node, self.sender, self.recipient):
            sized(value, ID_BYTES)
        for gen in (self.gen, self.sender_gen, self.recipient_gen):
            bounded(gen, U32_MAX)
        bounded(self.type, max(NodeType), least=min(NodeType))
        bounded(self.role, max(Role), least=min(Role))
        sized(self.blob, BLOB)
        sized(self.sig, signature.SIGNATURE)

    def to_wire(self) -> dict[str, object]:
        """The JSON form: integers as such, bytes as base64url."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: b64url(value) if isinstance(value, bytes) else int(value)
            for name, value in found.items()
        }

    @classmethod
    def from_wire(cls, value: object) -> Invitation:
        """Read the JSON form; unknown members are ignored. Raises Tampered."""
        found = wire.members(value)
        return cls(
            share=ShareId(wire.data(found, "share")),
            node=NodeId(wire.data(found, "node")),
            type=NodeType(wire.number(found, "type", top=max(NodeType), least=min(NodeType))),
            gen=wire.number(found, "gen", top=U32_MAX),
            role=Role(wire.number(found, "role", top=max(Role), least=min(Role))),
            sender=UserId(wire.data(found, "sender")),
            sender_gen=wire.number(found, "sender_gen", top=U32_MAX),
            recipient=UserId(wire.data(found, "recipient")),
            recipient_gen=wire.number(found, "recipient_gen", top=U32_MAX),
            blob=wire.data(found, "blob"),
            sig=wire.data(found, "sig"),
        )


def new_id() -> ShareId:
    """A fresh share id."""
    return ShareId(random_id())


def seal(
    node: Node, *, role: Role, sender: Identity, recipient: Contact, id: ShareId | None = None
) -> Invitation:
    """Invite a checked contact to a node."""
    record = node.record
    share = id or new_id()
    terms = (share, record.node, u8(record.type), u32(record.gen), u8(role))
    info = _info(terms, sender.author, recipient)
    blob = xwing.seal(recipient.xw_pk, node.key.raw, info=info)
    return Invitation(
        share=share,
        node=record.node,
        type=record.type,
        gen=record.gen,
        role=role,
        sender=sender.author.user,
        sender_gen=sender.author.gen,
        recipient=recipient.author.user,
        recipient_gen=recipient.author.gen,
        blob=blob,
        sig=signature.sign(sender.signing, "share", sha256(info), sha256(blob)),
    )


def open(invitation: Invitation, *, recipient: Identity, sender: Author) -> NodeKey:
    """The node's key. Show the invitation to the person before anything is accepted.

    `sender` is the pinned author. Raises Tampered unless that key signed exactly these terms for
    exactly this recipient.
    """
    named = (invitation.sender, invitation.sender_gen)
    to = (invitation.recipient, invitation.recipient_gen)
    me = recipient.contact
    if named != (sender.user, sender.gen) or to != (me.author.user, me.author.gen):
        raise Tampered
    terms = (
        invitation.share,
        invitation.node,
        u8(invitation.type),
        u32(invitation.gen),
        u8(invitation.role),
    )
    info = _info(terms, sender, me)
    blob_hash = sha256(invitation.blob)
    signature.verify(sender.ed_pk, invitation.sig, "share", sha256(info), blob_hash)
    return NodeKey(sized(recipient.sharing.open(invitation.blob, info=info), KEY_BYTES))


def _info(terms: tuple[bytes, ...], sender: Author, recipient: Contact) -> bytes:
    return ctx(
        "hpke/share",
        *terms,
        sender.user,
        u32(sender.gen),
        sender.ed_pk,
        recipient.author.user,
        u32(recipient.author.gen),
        sha256(recipient.xw_pk),
    )


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a recipient's box of an accepted share is bound to."""

    share: ShareId
    node: NodeId
    gen: int
    role: Role


def keep(key: NodeKey, *, amk: AccountKey, user: UserId, accepted: Accepted) -> bytes:
    """The key of an accepted share under the recipient's own account key; 105 bytes."""
    return box.seal(_share_in(amk, user), key.raw, slot=_slot(accepted))


def open_kept(sealed: bytes, *, amk: AccountKey, user: UserId, accepted: Accepted) -> NodeKey:
    """The key of an accepted share. Raises Tampered for other terms than those accepted."""
    slot = _slot(accepted)
    return NodeKey(box.open_exactly(_share_in(amk, user), sealed, slot=slot, length=KEY_BYTES))


def _share_in(amk: AccountKey, user: UserId) -> bytes:
    return kd(amk.raw, "share-in", user)


def _slot(accepted: Accepted) -> bytes:
    gen, role = u32(accepted.gen), u8(accepted.role)
    return box.slot("share-in", accepted.share, accepted.node, gen, role)
