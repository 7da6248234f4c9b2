"""A link for people without an account: the secret stays in the address behind the "#".

The box behind it holds the node's key and the owner's signature, and is bound to link, node and
expiry. The server sees the link's id and `auth`, never the secret and never the password.

The signature covers the terms and not the key beside it: whoever knows the secret could put in
another key, but under another key no record that the owner signed opens.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

from . import box, password, signature, text
from .encoding import b64url, ctx, kd, sha256, u8, u32, u64, unb64url
from .errors import BadInput, Tampered
from .identity import Author, Identity
from .keys import (
    ID_BYTES,
    KEY_BYTES,
    AccountKey,
    LinkAuthKey,
    LinkBoxKey,
    LinkId,
    NodeId,
    NodeKey,
    NodeType,
    UserId,
    random_id,
)
from .place import Node

NO_PASSWORD: Final = 0
_VERSION: Final = b"\x01"
_CHECK: Final = 4
_FRAGMENT = re.compile(r"[A-Za-z0-9_-]{51}\Z")
_INSIDE: Final = KEY_BYTES + ID_BYTES + 4 + signature.PUBLIC + signature.SIGNATURE


@dataclass(frozen=True, slots=True)
class LinkSecret:
    """The secret of a link, 32 bytes, and how its password is stretched; profile 0 has none."""

    profile: int
    secret: bytes = field(repr=False)

    @classmethod
    def random(cls, *, profile: int = NO_PASSWORD) -> LinkSecret:
        """Give a profile of `password` for a link that asks for a password."""
        return cls(profile, secrets.token_bytes(KEY_BYTES))

    def __post_init__(self) -> None:
        if self.profile != NO_PASSWORD:
            password.check_profile(self.profile)
        if len(self.secret) != KEY_BYTES:
            raise Tampered

    def body(self) -> bytes:
        """Version, profile and secret: 34 bytes."""
        return _VERSION + u8(self.profile) + self.secret


@dataclass(frozen=True, slots=True)
class LinkKeys:
    """`auth` is shown to the server, `box` opens what it answers with."""

    auth: LinkAuthKey
    box: LinkBoxKey


@dataclass(frozen=True, slots=True)
class LinkTerms:
    """What the box of a link is bound to. `expires` is in seconds since 1970, UTC."""

    link: LinkId
    node: NodeId
    type: NodeType
    gen: int
    expires: int

    def fields(self) -> tuple[bytes, ...]:
        return (self.link, self.node, u8(self.type), u32(self.gen), u64(self.expires))


@dataclass(frozen=True, slots=True)
class Linked:
    """What a visitor gets: the node's key and the owner's signing key, which nobody vouches for.

    The owner counts as verified only if the visitor has pinned that key; otherwise show the
    fingerprint of the certificate that `identity.check_author` accepts for it.
    """

    key: NodeKey
    owner: Author


def new_id() -> LinkId:
    """A fresh link id."""
    return LinkId(random_id())


def write_fragment(secret: LinkSecret, *, link: LinkId) -> str:
    """The 51 characters behind the "#"; the last four bytes catch a cut or mistyped address."""
    return b64url(secret.body() + _check(secret.body(), link))


def read_fragment(fragment: str, *, link: LinkId) -> LinkSecret:
    """The secret in an address. Raises BadInput unless it is whole and of this link."""
    if not _FRAGMENT.match(fragment):
        raise BadInput("This link is cut or mistyped; copy it again in full.")
    try:
        data = unb64url(fragment)
        body = data[:-_CHECK]
        if body[:1] != _VERSION or not hmac.compare_digest(_check(body, link), data[-_CHECK:]):
            raise Tampered
        return LinkSecret(profile=body[1], secret=body[2:])
    except Tampered:
        raise BadInput("This link is mistyped, or made for a newer program.") from None


def _check(body: bytes, link: LinkId) -> bytes:
    return sha256(ctx("h/link", link, body))[:_CHECK]


def derive(secret: LinkSecret, *, link: LinkId, typed: str = "") -> LinkKeys:
    """The keys of a link, `typed` being its password. Takes a moment if there is one.

    Raises BadInput for a missing or unusable password, and for one where there is none.
    """
    if (secret.profile == NO_PASSWORD) != (not typed):
        raise BadInput("This link needs a password." if not typed else "It has no password.")
    ikm = secret.secret
    if secret.profile != NO_PASSWORD:
        salt = sha256(ctx("h/link-salt", link, secret.secret))[:ID_BYTES]
        ikm += password.stretch(text.password(typed), salt=salt, profile=secret.profile)
    key = kd(ikm, "link", link, u8(secret.profile))
    return LinkKeys(LinkAuthKey(kd(key, "link-auth")), LinkBoxKey(kd(key, "link-box")))


def terms(node: Node, *, link: LinkId, expires: int) -> LinkTerms:
    """The terms of a link to this node."""
    record = node.record
    return LinkTerms(link, record.node, record.type, record.gen, expires)


def seal(node: Node, *, keys: LinkKeys, terms: LinkTerms, owner: Identity) -> bytes:
    """The box the server keeps for visitors."""
    author = owner.author
    named = (author.user, u32(author.gen), author.ed_pk)
    sig = signature.sign(owner.signing, "link", *terms.fields())
    inside = b"".join((node.key.raw, *named, sig))
    return box.seal(keys.box.raw, inside, slot=box.slot("link", *terms.fields()))


def open(sealed: bytes, *, keys: LinkKeys, terms: LinkTerms) -> Linked:
    """What the box holds. `terms` are the server's word until this returns; the caller compares
    `expires` with its clock. Raises Tampered for other terms, another link, a wrong password."""
    slot = box.slot("link", *terms.fields())
    inside = box.open_exactly(keys.box.raw, sealed, slot=slot, length=_INSIDE)
    key, user, gen, ed_pk, sig = _split(inside, KEY_BYTES, ID_BYTES, 4, signature.PUBLIC)
    signature.verify(ed_pk, sig, "link", *terms.fields())
    owner = Author(UserId(user), int.from_bytes(gen, "big"), ed_pk)
    return Linked(NodeKey(key), owner)


def _split(data: bytes, *lengths: int) -> list[bytes]:
    """Parts of the given lengths, then the rest."""
    parts = []
    for length in lengths:
        parts.append(data[:length])
        data = data[length:]
    return [*parts, data]


def keep_secret(secret: LinkSecret, *, amk: AccountKey, user: UserId, link: LinkId) -> bytes:
    """A box of the secret for its owner, to show the link again."""
    key = kd(amk.raw, "link-secret", user)
    return box.seal(key, secret.body(), slot=box.slot("link-secret", link))


def open_secret(sealed: bytes, *, amk: AccountKey, user: UserId, link: LinkId) -> LinkSecret:
    """The secret of one's own link. Raises Tampered."""
    key = kd(amk.raw, "link-secret", user)
    slot = box.slot("link-secret", link)
    body = box.open_exactly(key, sealed, slot=slot, length=2 + KEY_BYTES)
    if body[:1] != _VERSION:
        raise Tampered
    return LinkSecret(profile=body[1], secret=body[2:])
