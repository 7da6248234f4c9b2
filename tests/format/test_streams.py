"""Content in awkward shapes: one byte at a time, cut, reordered, extended, from other files."""

from __future__ import annotations

import pytest

from commonkeep_cli import crypto
from commonkeep_cli.crypto import segments

from .contents import KEY, NODE, REV, SMALL, bytewise, cut, opened, root_of, seal, sealer
from .vectors import shake

# Around every place where a segment begins or ends, of two segments and a bit.
SIZES = [0, 1, 4039, 4040, 4041, 8119, 8120, 8121, 9000]


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

    def test_nothing_beyond_the_promised_size_is_released(self) -> None:
        stream = crypto.open_stream(KEY, self.pieces, node=NODE, rev=REV, size=4040, segment=SMALL)
        assert len(next(stream)) == 4040
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
