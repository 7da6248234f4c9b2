"""Content in awkward shapes: one byte at a time, cut, reordered, extended, from other files."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

import pytest

from commonkeep_cli import crypto
from commonkeep_cli.crypto import segments
from commonkeep_cli.crypto.root import HashList, RootHasher
from commonkeep_cli.crypto.stream import Buffer

from .vectors import shake

SMALL = 4096
KEY = crypto.ContentKey(shake("content key", 32))
NODE = crypto.NodeId(shake("node", 16))
REV = crypto.RevId(shake("rev", 16))

# Around every place where a segment begins or ends, of two segments and a bit.
SIZES = [0, 1, 4039, 4040, 4041, 8119, 8120, 8121, 9000]


def sealer(segment: int = SMALL) -> crypto.ContentSealer:
    return crypto.ContentSealer(KEY, node=NODE, rev=REV, segment=segment)


def seal(plaintext: bytes, segment: int = SMALL) -> bytes:
    return b"".join(crypto.seal_stream(sealer(segment), [plaintext]))


def opened(
    chunks: Iterable[Buffer], *, size: int | None = None, root: bytes | None = None
) -> bytes:
    stream = crypto.open_stream(
        KEY, chunks, node=NODE, rev=REV, size=size, root=root, segment=SMALL
    )
    return b"".join(stream)


def cut(data: bytes) -> list[bytes]:
    return [data[at : at + SMALL] for at in range(0, len(data), SMALL)]


def bytewise(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 1] for at in range(len(data)))


def root_of(stored: bytes) -> bytes:
    hashes = [crypto.segment_hash(index, piece) for index, piece in enumerate(cut(stored))]
    return crypto.content_root(stored[:40], b"".join(hashes))


@pytest.mark.parametrize("size", SIZES)
class TestEverySize:
    def test_it_comes_back(self, size: int) -> None:
        plaintext = shake("plain", size)
        stored = seal(plaintext)
        assert len(stored) == segments.ct_len(size, segment=SMALL)
        assert opened([stored], size=size, root=root_of(stored)) == plaintext

    def test_one_byte_at_a_time_both_ways(self, size: int) -> None:
        plaintext = shake("plain", size)
        stored = b"".join(crypto.seal_stream(sealer(), bytewise(plaintext)))
        assert opened(bytewise(stored), size=size) == plaintext

    def test_every_truncation_at_a_boundary_is_refused(self, size: int) -> None:
        stored = seal(shake("plain", size))
        for end in {0, 1, 39, 40, 41, 55, SMALL, 2 * SMALL, len(stored) - 1} - {len(stored)}:
            if end < len(stored):
                with pytest.raises(crypto.Tampered):
                    opened([stored[:end]])

    @pytest.mark.parametrize("tail", [b"\0", bytes(16), bytes(17), bytes(SMALL)])
    def test_every_extension_is_refused(self, size: int, tail: bytes) -> None:
        with pytest.raises(crypto.Tampered):
            opened([seal(shake("plain", size)), tail])

    def test_a_wrong_size_in_the_record_is_refused(self, size: int) -> None:
        stored = seal(shake("plain", size))
        for other in (size + 1, abs(size - 1)):
            with pytest.raises(crypto.Tampered):
                opened([stored], size=other)


class TestReordering:
    stored = seal(shake("plain", 3 * 4080))
    pieces = cut(stored)

    @pytest.mark.parametrize(
        "order",
        [(0, 2, 1, 3), (0, 1, 1, 2, 3), (0, 2, 3), (1, 0, 2, 3), (0, 1, 3, 2), (0, 1, 2, 3, 3)],
    )
    def test_segments_in_another_order_are_refused(self, order: tuple[int, ...]) -> None:
        with pytest.raises(crypto.Tampered):
            opened([self.pieces[index] for index in order])

    def test_a_segment_of_another_upload_is_refused(self) -> None:
        other = cut(seal(shake("plain", 3 * 4080)))
        with pytest.raises(crypto.Tampered):
            opened([self.pieces[0], other[1], *self.pieces[2:]])

    def test_what_was_verified_before_is_released_and_no_more(self) -> None:
        broken = [*self.pieces[:2], bytes(SMALL), self.pieces[3]]
        stream = crypto.open_stream(KEY, broken, node=NODE, rev=REV, segment=SMALL)
        assert next(stream) + next(stream) == shake("plain", 3 * 4080)[: 4040 + 4080]
        with pytest.raises(crypto.Tampered):
            next(stream)

    def test_another_root_is_refused_at_the_end(self) -> None:
        with pytest.raises(crypto.Tampered):
            opened([self.stored], root=bytes(32))
        with pytest.raises(crypto.Tampered):
            opened([], root=bytes(32))


class TestOtherPlaces:
    stored = seal(b"secret")

    @pytest.mark.parametrize(
        ("key", "node", "rev", "segment"),
        [
            (crypto.ContentKey(bytes(32)), NODE, REV, SMALL),
            (KEY, crypto.NodeId(bytes(16)), REV, SMALL),
            (KEY, NODE, crypto.RevId(bytes(16)), SMALL),
            (KEY, NODE, REV, 2 * SMALL),
        ],
        ids=["key", "node", "rev", "segment"],
    )
    def test_it_opens_in_its_own_place_only(
        self, key: crypto.ContentKey, node: crypto.NodeId, rev: crypto.RevId, segment: int
    ) -> None:
        with pytest.raises(crypto.Tampered):
            list(crypto.open_stream(key, [self.stored], node=node, rev=rev, segment=segment))

    @pytest.mark.parametrize("header", [b"", bytes(40), b"\x28" * 39, b"\x28" * 41])
    def test_a_header_that_is_none_is_refused(self, header: bytes) -> None:
        with pytest.raises(crypto.Tampered):
            crypto.ContentOpener(KEY, node=NODE, rev=REV, header=header)


class TestSegments:
    """One segment at a time, as the transfer does it."""

    plaintext = shake("plain", 3 * 4080)

    def parts(self) -> list[bytes]:
        size = len(self.plaintext)
        count = segments.segment_count(size, segment=SMALL)
        bounds = [segments.plaintext_bounds(i, size, segment=SMALL) for i in range(count)]
        return [self.plaintext[start:stop] for start, stop in bounds]

    def test_any_order_and_several_threads_give_the_same_bytes(self) -> None:
        parts = self.parts()
        one = sealer()
        in_order = [one.seal(i, part, last=i == 3) for i, part in enumerate(parts)]
        again = crypto.ContentSealer(KEY, node=NODE, rev=REV, header=one.header, segment=SMALL)
        found: dict[int, bytes] = {}

        def work(index: int) -> None:
            found[index] = again.seal(index, parts[index], last=index == 3)

        threads = [threading.Thread(target=work, args=(index,)) for index in (3, 1, 0, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [found[index] for index in range(4)] == in_order
        assert {len(piece) for piece in in_order[:3]} == {SMALL}

    def test_into_a_buffer_is_the_same(self) -> None:
        one = sealer()
        two = crypto.ContentSealer(KEY, node=NODE, rev=REV, header=one.header, segment=SMALL)
        opener = crypto.ContentOpener(KEY, node=NODE, rev=REV, header=one.header, segment=SMALL)
        for index, part in enumerate(self.parts()):
            last = index == 3
            buffer, back = bytearray(SMALL + 5), bytearray(SMALL)
            written = two.seal_into(index, part, buffer, last=last)
            assert buffer[:written] == one.seal(index, part, last=last)
            stored = memoryview(buffer)[:written]
            assert back[: opener.open_into(index, stored, back, last=last)] == part
            assert opener.open(index, stored, last=last) == part

    def test_a_buffer_too_short_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="too short"):
            sealer().seal_into(0, b"x", bytearray(56), last=True)

    def test_a_segment_is_sealed_once(self) -> None:
        one = sealer()
        one.seal(0, b"x", last=True)
        with pytest.raises(ValueError, match="once"):
            one.seal(0, b"y", last=True)

    @pytest.mark.parametrize(
        ("index", "length", "last"),
        [
            (0, 4039, False),
            (0, 4041, True),
            (1, 4081, True),
            (1, 0, True),
            (1, 4079, False),
            (2**24, 1, True),
            (-1, 1, True),
        ],
    )
    def test_a_plaintext_that_makes_no_segment_is_a_mistake(
        self, index: int, length: int, last: bool
    ) -> None:
        with pytest.raises(ValueError, match="make such a segment"):
            sealer().seal(index, bytes(length), last=last)

    def test_last_must_match(self) -> None:
        one = sealer()
        full, end = one.seal(0, bytes(4040), last=False), one.seal(1, bytes(4080), last=True)
        opener = crypto.ContentOpener(KEY, node=NODE, rev=REV, header=one.header, segment=SMALL)
        for index, stored, last in [(0, full, True), (1, end, False), (2, end, True)]:
            with pytest.raises(crypto.Tampered):
                opener.open(index, stored, last=last)

    def test_two_sealers_never_share_a_header(self) -> None:
        assert len({sealer().header for _ in range(50)}) == 50


class TestRanges:
    plaintext = shake("plain", 3 * 4080)
    stored = seal(plaintext)

    def read(self, start: int, stop: int, *, extra: int = 0) -> bytes:
        cover = segments.cover(start, stop, len(self.plaintext), segment=SMALL)
        opener = crypto.ContentOpener(
            KEY, node=NODE, rev=REV, header=self.stored[:40], segment=SMALL
        )
        hashes = b"".join(crypto.segment_hash(i, p) for i, p in enumerate(cut(self.stored)))
        known = HashList(
            self.stored[:40],
            hashes,
            root=root_of(self.stored),
            size=len(self.plaintext),
            segment=SMALL,
        )
        fetched = self.stored[cover.ct_start : cover.ct_stop + extra]
        parts = crypto.open_range(opener, bytewise(fetched), cover=cover, hashes=known)
        return b"".join(parts)

    @pytest.mark.parametrize("start", [0, 1, 4039, 4040, 4041, 8120, 12239])
    @pytest.mark.parametrize("length", [1, 2, 4080, 8200, 99999])
    def test_a_range_is_that_part_of_the_file(self, start: int, length: int) -> None:
        stop = min(len(self.plaintext), start + length)
        assert self.read(start, stop) == self.plaintext[start:stop]

    @pytest.mark.parametrize("extra", [-1, 1, SMALL])
    def test_too_few_and_too_many_bytes_are_refused(self, extra: int) -> None:
        with pytest.raises(crypto.Tampered):
            self.read(5000, 6000, extra=extra)

    def test_a_range_that_a_server_does_not_send_is_refused(self) -> None:
        cover = segments.cover(0, 10, len(self.plaintext), segment=SMALL)
        opener = crypto.ContentOpener(
            KEY, node=NODE, rev=REV, header=self.stored[:40], segment=SMALL
        )
        with pytest.raises(crypto.Tampered):
            list(crypto.open_range(opener, [], cover=cover))

    def test_a_reader_with_the_key_cannot_forge_a_segment(self) -> None:
        forger = crypto.ContentSealer(
            KEY, node=NODE, rev=REV, header=self.stored[:40], segment=SMALL
        )
        forged = forger.seal(1, bytes(4080), last=False)
        hashes = b"".join(crypto.segment_hash(i, p) for i, p in enumerate(cut(self.stored)))
        known = HashList(
            self.stored[:40],
            hashes,
            root=root_of(self.stored),
            size=len(self.plaintext),
            segment=SMALL,
        )
        with pytest.raises(crypto.Tampered):
            known.check(1, forged)

    def test_another_list_of_hashes_is_refused(self) -> None:
        for hashes in (b"", bytes(32 * 4), bytes(32 * 5)):
            with pytest.raises(crypto.Tampered):
                HashList(
                    self.stored[:40],
                    hashes,
                    root=root_of(self.stored),
                    size=len(self.plaintext),
                    segment=SMALL,
                )


class TestRoot:
    def test_with_and_without_the_count_it_is_the_same(self) -> None:
        header, hashes = shake("header", 40), [shake(str(i), 32) for i in range(5)]
        known, unknown = RootHasher(header, count=5), RootHasher(header)
        for digest in hashes:
            known.add(digest)
            unknown.add(digest)
        expected = crypto.content_root(header, b"".join(hashes))
        assert known.digest() == unknown.digest() == expected

    def test_other_segments_than_promised_are_refused(self) -> None:
        hasher = RootHasher(bytes(40), count=2)
        hasher.add(bytes(32))
        with pytest.raises(crypto.Tampered):
            hasher.digest()
