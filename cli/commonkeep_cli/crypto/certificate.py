"""A certificate as the server hands it out: the public keys somebody claims. Unchecked."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import signature, wire, xwing
from .encoding import U32_MAX, b64url, bounded, ctx, sha256, sized, u32
from .keys import ID_BYTES, Fingerprint, UserId


@dataclass(frozen=True, slots=True)
class Certificate:
    """user 16, gen from 1, Ed25519 key 32, X-Wing key 1,216, signature 64 bytes.

    `previous_sig` is the signature of the generation before, for gen > 1. Raises Tampered for
    other lengths. Believe nothing in it before a check of `identity` returned a contact.
    """

    user: UserId
    gen: int
    ed_pk: bytes
    xw_pk: bytes = field(repr=False)
    cert_sig: bytes = field(repr=False)
    previous_sig: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        sized(self.user, ID_BYTES)
        bounded(self.gen, U32_MAX, least=1)
        sized(self.ed_pk, signature.PUBLIC)
        sized(self.xw_pk, xwing.PUBLIC)
        sized(self.cert_sig, signature.SIGNATURE)
        if self.previous_sig is not None:
            sized(self.previous_sig, signature.SIGNATURE)

    def fields(self) -> tuple[bytes, ...]:
        """What both signatures and the fingerprint are over."""
        return (self.user, u32(self.gen), self.ed_pk, self.xw_pk)

    def fingerprint(self) -> Fingerprint:
        """SHA-256(ctx("h/identity", user, gen, ed_pk, xw_pk)), 32 bytes."""
        return Fingerprint(sha256(ctx("h/identity", *self.fields())))

    def to_wire(self) -> dict[str, object]:
        """The JSON form, which leaves out whose it is; `previous_sig` only if there is one."""
        named = {
            "ed_pk": self.ed_pk,
            "xw_pk": self.xw_pk,
            "sig": self.cert_sig,
        }
        if self.previous_sig is not None:
            named["previous_sig"] = self.previous_sig
        return {"gen": self.gen, **{name: b64url(value) for name, value in named.items()}}

    @classmethod
    def from_wire(cls, value: object, *, user: UserId) -> Certificate:
        """Read the JSON form of this user's; unknown members are ignored. Raises Tampered."""
        found = wire.members(value)
        previous = wire.data(found, "previous_sig") if "previous_sig" in found else None
        return cls(
            user=user,
            gen=wire.number(found, "gen", top=U32_MAX),
            ed_pk=wire.data(found, "ed_pk"),
            xw_pk=wire.data(found, "xw_pk"),
            cert_sig=wire.data(found, "sig"),
            previous_sig=previous,
        )
