"""From login and password to the two keys they stand for.

One Argon2id run gives both: the authentication key that the server sees in place of the
password, and the key that opens the account key. The login is part of the salt, so a server
that hands every user the same salt still has to guess for each of them alone.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw

from . import text
from .encoding import ctx, kd, sha256, sized, u8
from .errors import Tampered
from .keys import ID_BYTES, KEY_BYTES, AuthKey, PasswordKek

DEFAULT_PROFILE: Final = 1

# Argon2id version 1.3 (RFC 9106): memory in KiB, passes. One lane; browsers have one thread.
_PROFILES: Final = {1: (65_536, 3), 2: (262_144, 3)}


@dataclass(frozen=True, slots=True)
class PasswordKeys:
    """What a password gives: `auth` for the server, `kek` for the account key box."""

    auth: AuthKey
    kek: PasswordKek


def new_salt() -> bytes:
    """16 random bytes; every change of the password takes a new one."""
    return secrets.token_bytes(ID_BYTES)


def derive(
    *, login: str, password: str, salt: bytes, profile: int, at_least: int = 1
) -> PasswordKeys:
    """Both keys of a password. Takes 0.1 to 2 seconds and 64 or 256 MiB.

    `salt` (16 bytes) and `profile` come from the server; `at_least` is the profile this account
    was last seen with. Raises Tampered for another length, an unknown profile or a weaker one,
    before anything is computed, and BadInput for a login or password that cannot be used.
    """
    known = text.login(login).encode()
    secret = text.password(password)
    if profile < at_least:
        raise Tampered
    bound = sha256(ctx("h/pw-salt", known, sized(salt, ID_BYTES), u8(profile)))[:ID_BYTES]
    stretched = stretch(secret, salt=bound, profile=profile)
    return PasswordKeys(
        auth=AuthKey(kd(stretched, "auth", known)),
        kek=PasswordKek(kd(stretched, "kek/password", known)),
    )


def check_profile(profile: int) -> None:
    """Raises Tampered for a profile this version does not know."""
    if isinstance(profile, bool) or profile not in _PROFILES:
        raise Tampered


def stretch(secret: bytes, *, salt: bytes, profile: int) -> bytes:
    """Argon2id, 32 bytes. Raises Tampered for an unknown profile or a salt not of 16 bytes."""
    check_profile(profile)
    memory, passes = _PROFILES[profile]
    return hash_secret_raw(
        secret,
        sized(salt, ID_BYTES),
        time_cost=passes,
        memory_cost=memory,
        parallelism=1,
        hash_len=KEY_BYTES,
        type=Type.ID,
        version=ARGON2_VERSION,
    )
