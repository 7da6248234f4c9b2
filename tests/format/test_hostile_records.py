"""Records: what a server could do to them does not open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commonkeep_cli import crypto

from .people import ALICE, BOB, CHARLIE, file_meta, file_of
from .records import changed, open_at_home, signed_by


class TestWhatAServerCouldDo:
    def test_an_older_state_is_refused(self) -> None:
        node = file_of(ALICE)
        newer = crypto.node.rename(node, "new", folder=ALICE.root, author=ALICE.identity)
        with pytest.raises(crypto.Tampered):
            open_at_home(node.record, seen=newer.record.mark)

    def test_the_same_version_with_other_content_is_refused(self) -> None:
        node = file_of(ALICE)
        one = crypto.node.rename(node, "one", folder=ALICE.root, author=ALICE.identity)
        two = crypto.node.rename(node, "two", folder=ALICE.root, author=ALICE.identity)
        assert open_at_home(one.record, seen=one.record.mark) == one
        with pytest.raises(crypto.Tampered):
            open_at_home(two.record, seen=one.record.mark)

    def test_an_older_generation_is_refused_whatever_its_version(self) -> None:
        node = file_of(ALICE)
        with pytest.raises(crypto.Tampered):
            open_at_home(node.record, seen=crypto.Mark(2, 1, bytes(32)))
        later = crypto.node.rename(node, "x", folder=ALICE.root, author=ALICE.identity)
        with pytest.raises(crypto.Tampered):
            open_at_home(later.record, seen=crypto.Mark(2, 1, bytes(32)))

    def test_a_stranger_who_signs_is_refused(self) -> None:
        with pytest.raises(crypto.Tampered):
            open_at_home(signed_by(CHARLIE, file_of(ALICE).record))

    def test_a_reader_with_the_key_cannot_write(self) -> None:
        forged = crypto.node.create(file_meta(), folder=ALICE.root, author=BOB.identity)
        with pytest.raises(crypto.Tampered):
            open_at_home(forged.record)

    def test_a_writer_of_the_folder_counts(self) -> None:
        written = crypto.node.create(file_meta(), folder=ALICE.root, author=BOB.identity)
        authors = [ALICE.author, BOB.author]
        assert crypto.node.open(written.record, folder=ALICE.root, authors=authors) == written

    def test_a_key_of_another_generation_of_the_author_does_not_count(self) -> None:
        node = file_of(ALICE)
        with pytest.raises(crypto.Tampered):
            crypto.node.open(node.record, folder=ALICE.root, authors=[ALICE.identity_of(2).author])

    def test_nobody_is_believed_where_nobody_may_write(self) -> None:
        with pytest.raises(crypto.Tampered):
            crypto.node.open(file_of(ALICE).record, folder=ALICE.root, authors=[])

    @pytest.mark.parametrize("name", ["key_box", "meta_box", "tag", "sig"])
    def test_any_flipped_bit_is_refused(self, name: str) -> None:
        record = file_of(ALICE).record
        value: bytes = getattr(record, name)
        for at in range(0, len(value), 7):
            flipped = value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
            with pytest.raises(crypto.Tampered):
                open_at_home(changed(record, name, flipped))

    def test_a_box_of_another_file_is_refused_even_when_signed(self) -> None:
        mine, other = file_of(ALICE), file_of(ALICE, "other")
        for name in ("key_box", "meta_box", "tag"):
            mixed = changed(mine.record, name, getattr(other.record, name))
            with pytest.raises(crypto.Tampered):
                open_at_home(signed_by(ALICE, mixed))

    def test_a_file_cannot_be_shown_as_a_folder(self) -> None:
        shown = replace(file_of(ALICE).record, type=crypto.NodeType.FOLDER)
        with pytest.raises(crypto.Tampered):
            open_at_home(signed_by(ALICE, shown))
