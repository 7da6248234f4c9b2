"""HPKE written down once more, straight from RFC 9180, to hold the library against.

Only what the vectors need: modes base and auth, one message, HKDF-SHA256, AES-256-GCM, and the
KEMs DHKEM(X25519) and X-Wing.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BASE, AUTH = 0, 2
X25519, X_WING = 0x0020, 0x647A
_HKDF_SHA256, _AES_256_GCM = 0x0001, 0x0002


def _extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, hashlib.sha256)


def _expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    assert length <= 32
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(prk, labelled + b"\x01", hashlib.sha256)[:length]


def decap_x25519(secret: bytes, enc: bytes, sender: bytes | None) -> bytes:
    """DHKEM Decap, or AuthDecap when the sender's public key is given."""
    key = X25519PrivateKey.from_private_bytes(secret)
    others = [enc] if sender is None else [enc, sender]
    dh = b"".join(key.exchange(X25519PublicKey.from_public_bytes(other)) for other in others)
    context = enc + key.public_key().public_bytes_raw() + (sender or b"")
    suite = b"KEM" + X25519.to_bytes(2, "big")
    prk = _extract(suite, b"", b"eae_prk", dh)
    return _expand(suite, prk, b"shared_secret", context, 32)


def decap_xwing(seed: bytes, enc: bytes) -> bytes:
    """X-Wing decapsulation (draft-connolly-cfrg-xwing-kem)."""
    expanded = hashlib.shake_256(seed).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
    ct_m, ct_x = enc[:1088], enc[1088:]
    ss_x = x25519.exchange(X25519PublicKey.from_public_bytes(ct_x))
    pk_x = x25519.public_key().public_bytes_raw()
    parts = mlkem.decapsulate(ct_m) + ss_x + ct_x + pk_x + rb"\.//^" + b"\\"
    return hashlib.sha3_256(parts).digest()


def aead(kem: int, mode: int, shared_secret: bytes, info: bytes) -> tuple[AESGCM, bytes]:
    """The cipher and the nonce of the first message."""
    suite = b"HPKE" + b"".join(i.to_bytes(2, "big") for i in (kem, _HKDF_SHA256, _AES_256_GCM))
    psk_id_hash = _extract(suite, b"", b"psk_id_hash", b"")
    info_hash = _extract(suite, b"", b"info_hash", info)
    context = bytes([mode]) + psk_id_hash + info_hash
    secret = _extract(suite, shared_secret, b"secret", b"")
    key = _expand(suite, secret, b"key", context, 32)
    return AESGCM(key), _expand(suite, secret, b"base_nonce", context, 12)
