"""The only door to the cryptography of Commonkeep, format commonkeep/v1.

Pure: bytes in, bytes out, randomness from the operating system, and no network, disk, screen or
clock. Call it by noun: `crypto.node.open(...)`, `crypto.share.seal(...)`. What a server sends is
either what an honest client made or raises `Tampered`, which says no more than that; what a
person typed wrongly raises `BadInput`, whose message may be shown. Passing arguments of a wrong
shape from code is a bug and raises ValueError or TypeError.

docs/format.md describes the bytes.
"""

from __future__ import annotations

from . import (
    account,
    at_rest,
    identity,
    link,
    node,
    password,
    recovery,
    segments,
    share,
    state,
    stream,
    text,
    thumb,
)
from .certificate import Certificate
from .encoding import b64url, unb64url
from .errors import BadInput, Tampered
from .identity import Author, Contact, Identity, Pin
from .keys import (
    AccountKey,
    AuthKey,
    ContentKey,
    Fingerprint,
    Kek,
    LinkAuthKey,
    LinkBoxKey,
    LinkId,
    Method,
    NodeId,
    NodeKey,
    NodeType,
    PasskeyKek,
    PasswordKek,
    RecoveryAuthKey,
    RecoveryCode,
    RecoveryKek,
    RevId,
    Role,
    ShareId,
    UserId,
    random_id,
)
from .link import Linked, LinkKeys, LinkSecret, LinkTerms
from .meta import FileMeta, FolderMeta, Meta
from .password import PasswordKeys
from .pipe import open_range, open_stream, seal_stream
from .place import Folder, Node
from .record import Mark, NodeRecord
from .root import HashList, RootHasher, content_root, segment_hash
from .segments import Cover
from .share import Accepted, Invitation
from .stream import ContentOpener, ContentSealer, content_key

__all__ = [
    "Accepted",
    "AccountKey",
    "AuthKey",
    "Author",
    "BadInput",
    "Certificate",
    "Contact",
    "ContentKey",
    "ContentOpener",
    "ContentSealer",
    "Cover",
    "FileMeta",
    "Fingerprint",
    "Folder",
    "FolderMeta",
    "HashList",
    "Identity",
    "Invitation",
    "Kek",
    "LinkAuthKey",
    "LinkBoxKey",
    "LinkId",
    "LinkKeys",
    "LinkSecret",
    "LinkTerms",
    "Linked",
    "Mark",
    "Meta",
    "Method",
    "Node",
    "NodeId",
    "NodeKey",
    "NodeRecord",
    "NodeType",
    "PasskeyKek",
    "PasswordKek",
    "PasswordKeys",
    "Pin",
    "RecoveryAuthKey",
    "RecoveryCode",
    "RecoveryKek",
    "RevId",
    "Role",
    "RootHasher",
    "ShareId",
    "Tampered",
    "UserId",
    "account",
    "at_rest",
    "b64url",
    "content_key",
    "content_root",
    "identity",
    "link",
    "node",
    "open_range",
    "open_stream",
    "password",
    "random_id",
    "recovery",
    "seal_stream",
    "segment_hash",
    "segments",
    "share",
    "state",
    "stream",
    "text",
    "thumb",
    "unb64url",
]
