"""Single segments and ranges of them, as the transfer reads and writes."""

from __future__ import annotations

import threading

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from commonkeep_cli import crypto
from commonkeep_cli.crypto import segments
from commonkeep_cli.crypto.root import HashList, RootHasher
from commonkeep_cli.crypto.stream import stream_context

from .contents import KEY, NODE, REV, SMALL, bytewise, cut, root_of, seal, sealer
from .vectors import shake


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

    def test_the_header_in_front_is_the_one_that_was_given(self) -> None:
        one = sealer()
        stored = one.seal(0, b"x", last=True)
        opener = crypto.ContentOpener(KEY, node=NODE, rev=REV, header=one.header, segment=SMALL)
        for other in (sealer().header, b"", bytes(40)):
            with pytest.raises(crypto.Tampered):
                opener.open(0, other + stored[40:], last=True)

    @pytest.mark.parametrize(
        ("index", "length", "last"),
        [(1, 0, True), (1, 1, False), (1, 4081, True), (0, 4041, True), (2**24, 1, True)],
    )
    def test_a_holder_of_the_key_cannot_cut_segments_otherwise(
        self, index: int, length: int, last: bool
    ) -> None:
        header = sealer().header
        info = stream_context(NODE, REV, segment=SMALL)
        derived = HKDF(SHA256(), 32, salt=header[1:33], info=info).derive(KEY.raw)
        nonce = header[33:] + index.to_bytes(4, "big") + bytes([last])
        sealed = AESGCM(derived).encrypt(nonce, bytes(length), None)
        opener = crypto.ContentOpener(KEY, node=NODE, rev=REV, header=header, segment=SMALL)
        with pytest.raises(crypto.Tampered):
            opener.open(index, sealed if index else header + sealed, last=last)

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

    def test_a_range_that_ends_after_one_of_its_segments_is_refused(self) -> None:
        with pytest.raises(crypto.Tampered):
            self.read(5000, 9000, extra=-SMALL)

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
