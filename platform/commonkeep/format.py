"""The little of commonkeep/v1 that a server has to know: signatures, and how long a sealed file is.

docs/format.md is the specification. Nothing here can open anything.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SEGMENT = (
    262_144  # bytes of ciphertext in a segment, its tag and (in the first) the header included
)
HEADER = 40
TAG = 16
MOST_SEGMENTS = 2**24
MOST_CIPHERTEXT = MOST_SEGMENTS * SEGMENT
FOLDER, FILE = 1, 2


def context(label: str, *fields: bytes) -> bytes:
    """`ctx` of docs/format.md 1: unambiguous bytes for a label and its fields."""
    parts = [b"commonkeep/v1/", label.encode("ascii"), b"\0"]
    for field in fields:
        parts += (len(field).to_bytes(4, "big"), field)
    return b"".join(parts)


def is_signed(public_key: bytes, signature: bytes, label: str, *fields: bytes) -> bool:
    """Whether `signature` (64 bytes) is Ed25519 by `public_key` (32) over the labelled fields."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signature, context(f"sig/{label}", *fields))
    except (InvalidSignature, ValueError):
        return False
    return True


def is_ciphertext_length(length: int) -> bool:
    """Whether a sealed file can be `length` bytes: header, and segments with a byte in each."""
    last = length % SEGMENT
    if length <= SEGMENT:
        return length >= HEADER + TAG
    return length <= MOST_CIPHERTEXT and (last == 0 or last > TAG)


def u8(number: int) -> bytes:
    return number.to_bytes(1, "big")


def u32(number: int) -> bytes:
    return number.to_bytes(4, "big")


def u64(number: int) -> bytes:
    return number.to_bytes(8, "big")
