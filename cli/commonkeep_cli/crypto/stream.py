"""Sealing and opening the segments of a file, in any order and from any thread.

The format is Tink's streaming AEAD AES256-GCM-HKDF-SHA256 with 256 KiB ciphertext segments, so
an outsider who holds the content key can open a file with Tink alone. `segments` says where the
bytes lie; `pipe` runs whole streams through here.

Two different plaintexts under one header and index would give AES-GCM away altogether. So a
header is drawn per sealer, a sealer seals each index once, and whoever continues an interrupted
upload with its old header must first know that the plaintext is the same.
"""

from __future__ import annotations

import secrets
import struct
import threading
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .encoding import ctx, kd, u32
from .errors import Tampered, refused
from .keys import ContentKey, NodeId, NodeKey, RevId
from .segments import HEADER, MAX_SEGMENTS, SEGMENT, TAG, capacity

Buffer = bytes | bytearray | memoryview

_HEADER_LENGTH_BYTE: Final = bytes([HEADER])
_SALT: Final = slice(1, 33)
_PREFIX: Final = slice(33, 40)


def content_key(node_key: NodeKey) -> ContentKey:
    """The key of every revision of a file: KD(NK, "content")."""
    return ContentKey(kd(node_key.raw, "content"))


def stream_context(node: NodeId, rev: RevId, *, segment: int = SEGMENT) -> bytes:
    """Tink's associated data: binds a stream to its file, its revision and its segment size."""
    return ctx("stream/content", node, rev, u32(segment))


def new_header() -> bytes:
    """40 bytes: the header's own length, 32 of salt, 7 of nonce prefix; never used twice."""
    return _HEADER_LENGTH_BYTE + secrets.token_bytes(HEADER - 1)


class _Segments:
    """AES-256-GCM under the key of one stream, with the nonce of each segment.

    `AESGCM` keeps no state between calls and lets go of the interpreter lock while it works.
    """

    def __init__(
        self, key: ContentKey, *, node: NodeId, rev: RevId, header: bytes, segment: int
    ) -> None:
        if len(header) != HEADER or header[:1] != _HEADER_LENGTH_BYTE:
            raise Tampered
        info = stream_context(node, rev, segment=segment)
        derived = HKDF(SHA256(), 32, salt=header[_SALT], info=info).derive(key.raw)
        self.header = header
        self.segment = segment
        self._aes = AESGCM(derived)
        self._prefix = header[_PREFIX]

    def _nonce(self, index: int, last: bool) -> bytes:
        return self._prefix + struct.pack(">IB", index, last)

    def _is_valid(self, index: int, size: int, last: bool) -> bool:
        """Whether a segment may hold `size` bytes: full unless last, empty only if alone."""
        full = capacity(index, segment=self.segment)
        least = (1 if index else 0) if last else full
        return 0 <= index < MAX_SEGMENTS and least <= size <= full


class ContentSealer(_Segments):
    """Seals one revision of one file.

    `header` is public and must be kept for a resume; leave it out to draw a fresh one. Give it
    only to continue an upload whose journal shows the same plaintext for what was sealed.
    `segment` is 262,144 for everything that is stored.
    """

    def __init__(
        self,
        key: ContentKey,
        *,
        node: NodeId,
        rev: RevId,
        header: bytes | None = None,
        segment: int = SEGMENT,
    ) -> None:
        fresh = new_header() if header is None else header
        super().__init__(key, node=node, rev=rev, header=fresh, segment=segment)
        self._lock = threading.Lock()
        self._done = bytearray()

    def seal(self, index: int, plaintext: Buffer, *, last: bool) -> bytes:
        """Stored segment `index`; for 0 with the header in front. Not last: exactly `segment`.

        Callable out of order and from several threads, once per index. Raises ValueError for an
        index used before, or a plaintext that does not fill its segment (only the last may be
        shorter, only a lone first one empty).
        """
        self._claim(index, len(plaintext), last)
        sealed = self._aes.encrypt(self._nonce(index, last), plaintext, None)
        return sealed if index else self.header + sealed

    def seal_into(self, index: int, plaintext: Buffer, buffer: Buffer, *, last: bool) -> int:
        """Like `seal`, written to the start of a writable buffer: the bytes written.

        For filling an upload part in place. `plaintext` and `buffer` must not overlap.
        """
        start = 0 if index else HEADER
        length = start + len(plaintext) + TAG
        target = memoryview(buffer)[:length]
        if len(target) < length:
            raise ValueError("the buffer is too short for this segment")
        self._claim(index, len(plaintext), last)
        target[:start] = self.header[:start]
        self._aes.encrypt_into(self._nonce(index, last), plaintext, None, target[start:])
        return length

    def _claim(self, index: int, size: int, last: bool) -> None:
        if not self._is_valid(index, size, last):
            raise ValueError("this plaintext does not make such a segment")
        with self._lock:
            self._done.extend(bytes(max(0, index + 1 - len(self._done))))
            if self._done[index]:
                raise ValueError("a sealer seals each segment once")
            self._done[index] = 1


class ContentOpener(_Segments):
    """Opens one revision of one file; `header` is its first 40 stored bytes.

    Raises Tampered for a header that is none.
    """

    def __init__(
        self, key: ContentKey, *, node: NodeId, rev: RevId, header: bytes, segment: int = SEGMENT
    ) -> None:
        super().__init__(key, node=node, rev=rev, header=header, segment=segment)

    def open(self, index: int, stored: Buffer, *, last: bool) -> bytes:
        """The plaintext of stored segment `index` (0 with the header in front, as stored).

        Callable out of order and from several threads. Raises Tampered for any changed byte,
        another place or file, a wrong length, and a `last` that is not what was sealed.
        """
        sealed = self._body(index, stored, last)
        with refused(InvalidTag):
            return self._aes.decrypt(self._nonce(index, last), sealed, None)

    def open_into(self, index: int, stored: Buffer, buffer: Buffer, *, last: bool) -> int:
        """Like `open`, written to the start of a writable buffer: the bytes written.

        On Tampered the buffer's content is undefined and must not be used.
        """
        sealed = self._body(index, stored, last)
        length = len(sealed) - TAG
        target = memoryview(buffer)[:length]
        with refused(InvalidTag):
            return self._aes.decrypt_into(self._nonce(index, last), sealed, None, target)

    def _body(self, index: int, stored: Buffer, last: bool) -> memoryview:
        view = memoryview(stored)
        if index == 0:
            if view[:HEADER] != self.header:
                raise Tampered
            view = view[HEADER:]
        if not self._is_valid(index, len(view) - TAG, last):
            raise Tampered
        return view
