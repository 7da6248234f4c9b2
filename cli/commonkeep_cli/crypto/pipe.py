"""Whole files through `stream`, in whatever pieces they come.

Plaintext is released segment by segment and only once its segment is verified; a stream that
is cut, extended or reordered ends with `Tampered`, never with a short success.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from itertools import count, repeat

from .errors import Tampered
from .keys import ContentKey, NodeId, RevId
from .root import HashList, RootHasher, segment_hash
from .segments import HEADER, SEGMENT, Cover, capacity, segment_count
from .stream import Buffer, ContentOpener, ContentSealer


def _cut(chunks: Iterable[Buffer], sizes: Iterable[int]) -> Iterator[tuple[Buffer, bool]]:
    """Pieces of the given sizes and whether each is the last, which may be shorter, or empty.

    A piece is given out once a byte after it was seen, and holds until the next is asked for: it
    is a view of its chunk, or of one buffer that collects what is spread over several.
    """
    wanted = iter(sizes)
    want = next(wanted)
    held, filled = memoryview(bytearray(want)), 0
    for chunk in chunks:
        view = memoryview(chunk)
        while filled + len(view) > want:
            head, view = view[: want - filled], view[want - filled :]
            if filled:
                held[filled:want] = head
            yield (held[:want] if filled else head), False
            filled, want = 0, next(wanted)
            held = held if len(held) >= want else memoryview(bytearray(want))
        held[filled : filled + len(view)] = view
        filled += len(view)
    yield held[:filled], True


def seal_stream(sealer: ContentSealer, chunks: Iterable[Buffer]) -> Iterator[bytes]:
    """Stored segments of a plaintext in any chunking; joined they are the stored file.

    A chunk must not be changed before the next one is asked for.
    """
    sizes = (capacity(index, segment=sealer.segment) for index in count())
    for index, (piece, last) in enumerate(_cut(chunks, sizes)):
        yield sealer.seal(index, piece, last=last)


def open_stream(
    key: ContentKey,
    chunks: Iterable[Buffer],
    *,
    node: NodeId,
    rev: RevId,
    size: int | None = None,
    root: bytes | None = None,
    segment: int = SEGMENT,
) -> Iterator[bytes]:
    """Plaintext of a stored file in any chunking, one verified segment at a time.

    With `size` and `root` from the signed meta, a file of another length or root ends in
    Tampered too; the root can be known only at the end, so keep a download under a temporary
    name until the iterator is exhausted. Nothing may be taken as complete before that.
    """
    opener: ContentOpener | None = None
    watch = _Watch(size, root, segment)
    for index, (piece, last) in enumerate(_cut(chunks, repeat(segment))):
        if opener is None:
            header = bytes(piece[:HEADER])
            opener = ContentOpener(key, node=node, rev=rev, header=header, segment=segment)
        plaintext = opener.open(index, piece, last=last)
        watch.see(index, opener.header, piece, len(plaintext))
        yield plaintext
    watch.end()


class _Watch:
    """Holds a stream to the size and the root that its record promises."""

    def __init__(self, size: int | None, root: bytes | None, segment: int) -> None:
        self._size = size
        self._root = root
        self._seen = 0
        self._count = None if size is None else segment_count(size, segment=segment)
        self._hasher: RootHasher | None = None

    def see(self, index: int, header: bytes, stored: Buffer, length: int) -> None:
        self._seen += length
        if self._size is not None and self._seen > self._size:
            raise Tampered
        if self._root is None:
            return
        if self._hasher is None:
            self._hasher = RootHasher(header, count=self._count)
        self._hasher.add(segment_hash(index, stored))

    def end(self) -> None:
        if self._size is not None and self._seen != self._size:
            raise Tampered
        if self._root is None:
            return
        if self._hasher is None or not hmac.compare_digest(self._hasher.digest(), self._root):
            raise Tampered


def open_range(
    opener: ContentOpener,
    chunks: Iterable[Buffer],
    *,
    cover: Cover,
    hashes: HashList | None = None,
) -> Iterator[memoryview]:
    """The plaintext of a range from stored bytes cover.ct_start:cover.ct_stop.

    Give `hashes` where others hold the node key (shared folders): then each segment is also
    checked against the signed root. Raises Tampered for too few and for too many bytes.
    """
    index, skip, take = cover.first, cover.skip, cover.take
    for piece, _ in _cut(chunks, repeat(opener.segment)):
        if index > cover.last:
            raise Tampered
        if hashes is not None:
            hashes.check(index, piece)
        plaintext = opener.open(index, piece, last=index == cover.final)
        part = memoryview(plaintext)[skip : skip + take]
        index, skip, take = index + 1, 0, take - len(part)
        yield part
    if take or index != cover.last + 1:
        raise Tampered
