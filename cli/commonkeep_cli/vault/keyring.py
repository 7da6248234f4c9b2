"""The account key and the session token at rest: the system's keyring, else a file of mode 0600.

Only a keyring that really keeps secrets is used, and one that does not answer in time, such as
that of a desktop nobody sits at, is passed over. Which one it became is told to the person.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from ..crypto import AccountKey, Tampered, b64url, unb64url
from ..errors import Failure, SignedOut
from .home import Home

T = TypeVar("T")

SYSTEM: Final = "keyring"
FILE: Final = "file"
_SERVICE: Final = "commonkeep"
_NO_KEYRING: Final = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
_PATIENCE_SECONDS: Final = 60
_MISSING: Final = SignedOut("The keys of this account are gone.", hint="commonkeep login LOGIN")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What opens the account on this device."""

    token: str = field(repr=False)
    amk: AccountKey = field(repr=False)


def keep(home: Home, secrets: Secrets) -> str:
    """Keep them, replacing what was kept; returns SYSTEM or FILE."""
    text = json.dumps({"token": secrets.token, "amk": b64url(secrets.amk.raw)})
    backend = _backend()
    if backend is not None and _kept_by(backend, home, text):
        key_file(home).unlink(missing_ok=True)
        return SYSTEM
    _write_private(key_file(home), text)
    return FILE


def load(home: Home, place: str) -> Secrets:
    """What `keep` kept at `place`. Raises SignedOut if it is not there any more."""
    text = _from_system(home) if place == SYSTEM else _from_file(home)
    try:
        found = json.loads(text)
        return Secrets(token=str(found["token"]), amk=AccountKey(unb64url(found["amk"], length=32)))
    except (ValueError, KeyError, TypeError, Tampered):
        raise _MISSING from None


def wipe(home: Home, place: str) -> None:
    """Remove them. What a disk or a keyring keeps of removed things is beyond this program."""
    key_file(home).unlink(missing_ok=True)
    backend = _backend() if place == SYSTEM else None
    if backend is not None:
        _in_time(lambda: backend.delete_password(_SERVICE, _entry(home)))


def key_file(home: Home) -> Path:
    """The file that stands in for a keyring."""
    return home.path / "keys"


def _entry(home: Home) -> str:
    return f"keys for {home.path}"


def _kept_by(backend: Any, home: Home, text: str) -> bool:
    def write_and_read() -> bool:
        backend.set_password(_SERVICE, _entry(home), text)
        return bool(backend.get_password(_SERVICE, _entry(home)) == text)

    return _in_time(write_and_read) is True


def _from_system(home: Home) -> str:
    backend = _backend()
    text = None
    if backend is not None:
        text = _in_time(lambda: backend.get_password(_SERVICE, _entry(home)))
    if text is None:
        raise Failure(
            "The system's keyring does not give the keys out.",
            hint="Unlock it, or sign in again: commonkeep login LOGIN",
        )
    return str(text)


def _from_file(home: Home) -> str:
    try:
        return key_file(home).read_text()
    except OSError:
        raise _MISSING from None


def _write_private(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _backend() -> Any | None:
    """The best keyring that keeps secrets from others, or None."""
    import keyring

    found = _in_time(keyring.get_keyring)
    # A chain of several takes the first that works, and that may be one that keeps plain text.
    candidates = getattr(found, "backends", [found])
    return next((one for one in candidates if one is not None and _is_real(one)), None)


def _is_real(backend: Any) -> bool:
    return not type(backend).__module__.startswith(_NO_KEYRING)


def _in_time(call: Callable[[], T]) -> T | None:
    """Its result, or None if it fails, or hangs on a prompt that nobody sees."""
    results: list[T] = []

    def run() -> None:
        try:
            results.append(call())
        except Exception:  # noqa: BLE001 - backends raise whatever their system raises
            return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(_PATIENCE_SECONDS)
    return results[0] if results else None
