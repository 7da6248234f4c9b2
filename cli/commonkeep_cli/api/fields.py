"""JSON read member by member, strictly: another shape than docs/api.md names is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from ..crypto import NodeId, NodeRecord, RevId, Tampered, UserId, unb64url
from ..errors import Refused

T = TypeVar("T")

ID_BYTES: Final = 16
U32_MAX: Final = 2**32 - 1
WHOLE_MAX: Final = 2**53 - 1
TEXT_MAX: Final = 4096
DATA_MAX: Final = 2**20 + 4096
_TOKEN = re.compile(r"[A-Za-z0-9._~+=-]{1,512}\Z")


def refuse(what: str) -> Refused:
    """The refusal of an answer of another shape."""
    return Refused(
        f"The server's answer is not what this program understands ({what}).",
        hint="Check the address of the server, and that program and server are up to date.",
    )


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object, read member by member; every reader raises Refused for another shape."""

    members: dict[str, Any]

    @classmethod
    def of(cls, value: object) -> Fields:
        if not isinstance(value, dict):
            raise refuse("object")
        return cls(value)

    def get(self, name: str) -> object:
        """The raw member, which must be there."""
        if name not in self.members:
            raise refuse(name)
        return self.members[name]

    def maybe(self, name: str, read: Callable[[str], T]) -> T | None:
        """`read(name)`, or None for null."""
        return None if self.get(name) is None else read(name)

    def text(self, name: str) -> str:
        value = self.get(name)
        if not isinstance(value, str) or len(value) > TEXT_MAX:
            raise refuse(name)
        return value

    def secret(self, name: str) -> str:
        """A token: what may stand in a header, an address and a file without any quoting."""
        value = self.text(name)
        if not _TOKEN.match(value):
            raise refuse(name)
        return value

    def number(self, name: str, *, least: int = 0, most: int = WHOLE_MAX) -> int:
        value = self.get(name)
        if type(value) is not int or not least <= value <= most:
            raise refuse(name)
        return value

    def u32(self, name: str) -> int:
        return self.number(name, least=1, most=U32_MAX)

    def flag(self, name: str) -> bool:
        value = self.get(name)
        if not isinstance(value, bool):
            raise refuse(name)
        return value

    def data(self, name: str, *, length: int | None = None, most: int = DATA_MAX) -> bytes:
        """base64url in its one spelling."""
        try:
            value = unb64url(self.get(name), length=length)
        except Tampered:
            raise refuse(name) from None
        if len(value) > most:
            raise refuse(name)
        return value

    def node_id(self, name: str) -> NodeId:
        return NodeId(self.data(name, length=ID_BYTES))

    def rev(self, name: str) -> RevId:
        return RevId(self.data(name, length=ID_BYTES))

    def user(self, name: str) -> UserId:
        return UserId(self.data(name, length=ID_BYTES))

    def record(self, name: str) -> NodeRecord:
        try:
            return NodeRecord.from_wire(self.get(name))
        except Tampered:
            raise refuse(name) from None

    def inner(self, name: str) -> Fields:
        return Fields.of(self.get(name))

    def list(self, name: str) -> list[object]:
        value = self.get(name)
        if not isinstance(value, list):
            raise refuse(name)
        return value
