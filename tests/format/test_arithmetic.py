"""Where segments lie: numbers only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonkeep_cli import crypto
from commonkeep_cli.crypto import segments

SIZE = st.integers(0, segments.MAX_SIZE)


def test_the_limits_are_those_of_the_format() -> None:
    assert segments.MAX_SIZE == 4_397_778_075_608
    assert segments.segment_count(segments.MAX_SIZE) == 2**24
    assert segments.segment_count(segments.MAX_SIZE + 1) == 2**24 + 1
    assert (segments.capacity(0), segments.capacity(1)) == (262_088, 262_128)


@pytest.mark.parametrize(
    ("size", "count", "stored"),
    [
        (0, 1, 56),
        (1, 1, 57),
        (262_088, 1, 262_144),
        (262_089, 2, 262_161),
        (524_216, 2, 524_288),
        (524_217, 3, 524_305),
    ],
)
def test_known_sizes(size: int, count: int, stored: int) -> None:
    assert segments.segment_count(size) == count
    assert segments.ct_len(size) == stored


@given(SIZE)
def test_a_stored_length_gives_the_size_back(size: int) -> None:
    assert segments.size_from_ct_len(segments.ct_len(size)) == size


@given(st.integers(-5, 3 * 4096))
def test_a_length_is_possible_exactly_if_some_size_has_it(stored: int) -> None:
    possible = {segments.ct_len(size, segment=4096) for size in range(3 * 4096)}
    if stored in possible:
        size = segments.size_from_ct_len(stored, segment=4096)
        assert segments.ct_len(size, segment=4096) == stored
    else:
        with pytest.raises(crypto.Tampered):
            segments.size_from_ct_len(stored, segment=4096)


def test_a_file_above_the_limit_is_refused() -> None:
    with pytest.raises(crypto.Tampered):
        segments.size_from_ct_len(segments.ct_len(segments.MAX_SIZE + 1))


@given(SIZE, st.data())
def test_segments_lie_side_by_side(size: int, data: st.DataObject) -> None:
    last = segments.segment_count(size) - 1
    index = data.draw(st.integers(0, last))
    start, stop = segments.plaintext_bounds(index, size)
    ct_start, ct_stop = segments.ciphertext_bounds(index, size)
    assert ct_stop - ct_start == stop - start + 16 + (0 if index else 40)
    if index < last:
        assert segments.plaintext_bounds(index + 1, size)[0] == stop
        assert segments.ciphertext_bounds(index + 1, size)[0] == ct_stop
        assert stop - start == segments.capacity(index)
    else:
        assert (stop, ct_stop) == (size, segments.ct_len(size))


@given(SIZE.filter(bool), st.data())
def test_a_cover_holds_its_range_and_no_segment_more(size: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, size - 1))
    stop = data.draw(st.integers(start + 1, size))
    cover = segments.cover(start, stop, size)
    first, last = (segments.plaintext_bounds(i, size) for i in (cover.first, cover.last))
    assert first[0] <= start < first[1]
    assert last[0] < stop <= last[1]
    assert (first[0] + cover.skip, cover.take) == (start, stop - start)
    assert cover.ct_start == segments.ciphertext_bounds(cover.first, size)[0]
    assert cover.ct_stop == segments.ciphertext_bounds(cover.last, size)[1]


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 5), (6, 5), (0, 11)])
def test_a_range_outside_is_a_mistake(start: int, stop: int) -> None:
    with pytest.raises(ValueError, match="not inside"):
        segments.cover(start, stop, 10)


@pytest.mark.parametrize("index", [-1, 1])
def test_a_segment_outside_is_a_mistake(index: int) -> None:
    with pytest.raises(ValueError, match="no such segment"):
        segments.plaintext_bounds(index, 10)
