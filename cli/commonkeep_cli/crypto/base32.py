"""Base32: the symbols that people read out, write down and compare.

The alphabet known as Crockford base32. No I, L, O and U; reading takes O for 0 and I, L for 1.
"""

from __future__ import annotations

from typing import Final

from .errors import BadInput

_SYMBOLS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES: Final = {
    **{symbol: value for value, symbol in enumerate(_SYMBOLS)},
    **{symbol.lower(): value for value, symbol in enumerate(_SYMBOLS)},
    **dict.fromkeys("Oo", 0),
    **dict.fromkeys("IiLl", 1),
}
_IGNORED: Final = "- \t\r\n\v\f"


def write(data: bytes) -> str:
    """Symbols of 5 bits each, the last one filled with zero bits."""
    bits = len(data) * 8
    count = -(-bits // 5)
    number = int.from_bytes(data, "big") << (count * 5 - bits)
    return "".join(_SYMBOLS[number >> 5 * place & 31] for place in reversed(range(count)))


def grouped(symbols: str, *, mark: str) -> str:
    """Groups of four with a mark between them."""
    return mark.join(symbols[at : at + 4] for at in range(0, len(symbols), 4))


def read(text: str) -> list[int]:
    """The 5-bit values of typed text; case, blanks and dashes do not count.

    ASCII only: upper-casing would turn a dotless i into a 1. Raises BadInput for other symbols.
    """
    try:
        return [_VALUES[char] for char in text if char not in _IGNORED]
    except KeyError:
        raise BadInput("This contains a sign that no such code has.") from None
