"""The recovery code: 32 random bytes as 56 symbols on paper, and the keys they give."""

from __future__ import annotations

from typing import Final

from . import base32
from .encoding import ctx, kd, sha256
from .errors import BadInput
from .keys import KEY_BYTES, RecoveryAuthKey, RecoveryCode, RecoveryKek, UserId

_CODE_SYMBOLS: Final = 52
_SPARE_BITS: Final = _CODE_SYMBOLS * 5 - KEY_BYTES * 8
_CHECK_SYMBOLS: Final = 4


def show(code: RecoveryCode) -> str:
    """14 groups of 4 symbols with dashes: 52 of the code, 4 that catch slips of the pen."""
    return base32.grouped(base32.write(code.raw) + _check(code.raw), mark="-")


def read(text: str) -> RecoveryCode:
    """The code behind typed text, forgiving case, blanks, dashes, O for 0, and I or L for 1.

    Raises BadInput for everything else, mistyped symbols included.
    """
    values = base32.read(text)
    if len(values) != _CODE_SYMBOLS + _CHECK_SYMBOLS:
        raise BadInput("A recovery code has 56 symbols.")
    raw, spare = divmod(_number(values[:_CODE_SYMBOLS]), 1 << _SPARE_BITS)
    code = raw.to_bytes(KEY_BYTES, "big")
    if spare or base32.read(_check(code)) != values[_CODE_SYMBOLS:]:
        raise BadInput("There is a slip in this recovery code; compare it with the paper.")
    return RecoveryCode(code)


def _number(values: list[int]) -> int:
    number = 0
    for value in values:
        number = number << 5 | value
    return number


def _check(code: bytes) -> str:
    return base32.write(sha256(ctx("h/recovery", code)))[:_CHECK_SYMBOLS]


def kek(code: RecoveryCode, *, user: UserId) -> RecoveryKek:
    """Opens the recovery slot of this account: KD(code, "kek/recovery", user)."""
    return RecoveryKek(kd(code.raw, "kek/recovery", user))


def auth(code: RecoveryCode, *, user: UserId) -> RecoveryAuthKey:
    """Proves the code to the server without showing it: KD(code, "auth/recovery", user)."""
    return RecoveryAuthKey(kd(code.raw, "auth/recovery", user))
