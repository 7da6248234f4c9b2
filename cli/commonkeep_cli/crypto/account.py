"""The account key (AMK) and the boxes it is kept in: one per password, code or passkey."""

from __future__ import annotations

from typing import Final

from . import box
from .encoding import ctx, kd, sha256, sized, u8, u32
from .keys import KEY_BYTES, AccountKey, Kek, NodeId, NodeKey, PasskeyKek, UserId

# `eval.first` of the WebAuthn PRF extension. A constant will do: the secret is the passkey's.
PRF_SALT: Final = sha256(ctx("h/prf-salt"))


def passkey_kek(prf: bytes, *, user: UserId, credential: bytes) -> PasskeyKek:
    """The key a passkey gives: KD(PRF output, "kek/passkey", user, credential id).

    Raises Tampered unless the PRF output has 32 bytes.
    """
    raw = kd(sized(prf, KEY_BYTES), "kek/passkey", user, credential)
    return PasskeyKek(raw, credential=credential)


def seal(amk: AccountKey, kek: Kek, *, user: UserId, gen: int) -> bytes:
    """The box of the account key for one slot; 105 bytes. `gen` is that of the account key."""
    return box.seal(kek.raw, amk.raw, slot=_slot(kek, user, gen))


def open(sealed: bytes, kek: Kek, *, user: UserId, gen: int) -> AccountKey:
    """The account key. Raises Tampered for a wrong password, code or passkey as for any forgery,
    and for the box of another user, another slot or another generation."""
    slot = _slot(kek, user, gen)
    return AccountKey(box.open_exactly(kek.raw, sealed, slot=slot, length=KEY_BYTES))


def _slot(kek: Kek, user: UserId, gen: int) -> bytes:
    return box.slot("amk", user, u8(kek.method), kek.method_id, u32(gen))


def root_key(amk: AccountKey, *, user: UserId) -> NodeKey:
    """The key of the invisible root folder, which has no record: KD(AMK, "root", user)."""
    return NodeKey(kd(amk.raw, "root", user))


def root_id(user: UserId) -> NodeId:
    """The root folder's id is the user's."""
    return NodeId(user)
