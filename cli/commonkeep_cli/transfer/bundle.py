"""An account in a folder: its boxes, its records and its sealed contents, nothing opened.

docs/bundle.md describes it. Whoever holds the password or the recovery code can read it without
any server; whoever holds neither can try passwords on it, as many as they like.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from .. import crypto
from ..api.fields import Fields, refuse
from ..crypto import b64url
from ..errors import Failure, Refused, Usage

FORMAT: Final = "commonkeep-bundle/1"
BLOBS: Final = "blobs"
_HEAD: Final = "bundle.json"
_RECORDS: Final = "records.jsonl"
_HEAD_MAX: Final = 2**22
_LINE_MAX: Final = 2**24


@dataclass(frozen=True, slots=True)
class Slot:
    """A box of the account key; salt and profile only for the password."""

    method: str
    box: bytes
    amk_gen: int
    account_salt: bytes | None
    profile: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """Whose bundle it is, and the boxes that open it."""

    login: str
    user: crypto.UserId
    slots: tuple[Slot, ...]

    def open(self, *, password: str | None = None, code: str | None = None) -> crypto.AccountKey:
        """The account key, with the password or with the recovery code.

        Raises Usage if the bundle has no such box, Tampered for a wrong one as for a forged box,
        and BadInput for a code with a slip in it.
        """
        if code is not None:
            kek: crypto.Kek = crypto.recovery.kek(crypto.recovery.read(code), user=self.user)
            return self._open(self._slot("recovery"), kek)
        slot = self._slot("password")
        if slot.account_salt is None or slot.profile is None:
            raise refuse("key_slots")
        keys = crypto.password.derive(
            login=self.login,
            password=password or "",
            salt=slot.account_salt,
            profile=slot.profile,
        )
        return self._open(slot, keys.kek)

    def _open(self, slot: Slot, kek: crypto.Kek) -> crypto.AccountKey:
        return crypto.account.open(slot.box, kek, user=self.user, gen=slot.amk_gen)

    def _slot(self, method: str) -> Slot:
        for slot in self.slots:
            if slot.method == method:
                return slot
        raise Usage(f"This bundle cannot be opened with a {method}.")


@dataclass(frozen=True, slots=True)
class Item:
    """A node with its current record, and the records of its other kept contents.

    `trashed_at` is what the server said, in milliseconds.
    """

    record: crypto.NodeRecord
    rev: crypto.RevId | None
    size: int | None
    trashed_at: int | None
    versions: tuple[Version, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {
            "record": self.record.to_wire(),
            "rev": None if self.rev is None else b64url(self.rev),
            "size": self.size,
            "trashed_at": self.trashed_at,
            "versions": [version.to_json() for version in self.versions],
        }

    @classmethod
    def of(cls, value: object) -> Item:
        found = Fields.of(value)
        return cls(
            record=found.record("record"),
            rev=found.maybe("rev", found.rev),
            size=found.maybe("size", found.number),
            trashed_at=found.maybe("trashed_at", found.number),
            versions=tuple(Version.of(one) for one in found.list("versions")),
        )


@dataclass(frozen=True, slots=True)
class Version:
    """A kept content that is not the current one; `record` introduced it."""

    record: crypto.NodeRecord
    rev: crypto.RevId
    size: int

    def to_json(self) -> dict[str, object]:
        return {"record": self.record.to_wire(), "rev": b64url(self.rev), "size": self.size}

    @classmethod
    def of(cls, value: object) -> Version:
        found = Fields.of(value)
        return cls(found.record("record"), found.rev("rev"), found.number("size"))


class Bundle:
    """A folder that is, or becomes, a bundle."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write_head(self, account: object, *, login: str, user: crypto.UserId) -> None:
        """Keep what opens the account, out of the server's export of it.

        Raises Refused, and leaves what is there, if it is another account's.
        """
        members = Fields.of(account)
        kept = {name: members.get(name) for name in ("login", "user", "key_slots", "certificates")}
        document = {"format": FORMAT, **kept}
        head = _head(document)
        if (head.login, head.user) != (login, user):
            raise Refused("The server exports another account than this one.")
        self._write(_HEAD, [json.dumps(document, indent=2) + "\n"])

    def head(self) -> Head:
        """Raises Failure if there is no bundle, Refused if it is none that can be read."""
        with _found(self.path):
            data = (self.path / _HEAD).read_bytes()[: _HEAD_MAX + 1]
        return _head(_json(data, most=_HEAD_MAX))

    def write_items(self, items: Iterable[Item]) -> None:
        """Keep all records; written whole or not at all."""
        self._write(_RECORDS, (json.dumps(item.to_json()) + "\n" for item in items))

    def items(self, *, damaged: Callable[[int], None]) -> Iterator[Item]:
        """All records, unchecked; `damaged` is told the numbers of lines that cannot be read."""
        with _found(self.path):
            file = (self.path / _RECORDS).open("rb")
        with file:
            for number, line in enumerate(iter(partial(file.readline, _LINE_MAX + 1), b""), 1):
                try:
                    yield Item.of(_json(line, most=_LINE_MAX))
                except Refused:
                    damaged(number)

    def _write(self, name: str, lines: Iterable[str]) -> None:
        partial = self.path / f"{name}.part"
        with open(partial, "w", encoding="utf-8") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.path / name)


class _found:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, OSError):
            raise Failure(
                f"{self._path} is no bundle that can be read: {error.strerror}.",
                hint="commonkeep export makes one.",
            ) from error


def _head(value: object) -> Head:
    found = Fields.of(value)
    if found.text("format") != FORMAT:
        raise refuse("format")
    slots = tuple(_slot(Fields.of(one)) for one in found.list("key_slots"))
    return Head(found.text("login"), found.user("user"), slots)


def _slot(found: Fields) -> Slot:
    return Slot(
        method=found.text("method"),
        box=found.data("box"),
        amk_gen=found.u32("amk_gen"),
        account_salt=found.maybe("account_salt", found.data),
        profile=found.maybe("profile", found.number),
    )


def _json(data: bytes, *, most: int) -> object:
    try:
        if len(data) > most:
            raise ValueError
        return json.loads(data)
    except (ValueError, RecursionError):
        raise refuse("no JSON") from None


def blob_name(rev: crypto.RevId) -> str:
    """The file that holds a revision's ciphertext, below `blobs`."""
    return b64url(rev)


def version_meta(
    version: Version, current: crypto.Node, *, authors: Sequence[crypto.Author]
) -> crypto.FileMeta:
    """What the signed record of a kept content says. Raises Tampered."""
    old = crypto.node.open_old(version.record, current=current, authors=authors)
    meta = old.meta
    if not isinstance(meta, crypto.FileMeta) or meta.rev != version.rev:
        raise crypto.Tampered
    return meta
