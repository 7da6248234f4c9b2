"""Records: what an honest client makes opens, and everything a server could do to it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commonkeep_cli import crypto
from commonkeep_cli.crypto import place, signature

from .people import ALICE, BOB, CHARLIE, Person, file_meta, file_of, folder_of
from .vectors import shake


def open_at_home(
    record: crypto.NodeRecord, person: Person = ALICE, seen: crypto.Mark | None = None
) -> crypto.Node:
    return crypto.node.open(record, folder=person.root, authors=[person.author], seen=seen)


def signed_by(person: Person, record: crypto.NodeRecord) -> crypto.NodeRecord:
    """The record as this person would sign it, boxes and all."""
    identity = person.identity
    named = replace(record, author=identity.author.user, author_gen=identity.author.gen)
    return replace(named, sig=signature.sign(identity.signing, "node", *named.signed_fields()))


def changed(record: crypto.NodeRecord, name: str, value: bytes) -> crypto.NodeRecord:
    members: dict[str, Any] = {name: value}
    return replace(record, **members)


def test_a_created_file_opens() -> None:
    node = file_of(ALICE)
    assert open_at_home(node.record) == node
    assert (node.record.gen, node.record.ver) == (1, 1)


def test_the_sizes_are_those_of_the_format() -> None:
    record = file_of(ALICE).record
    assert (len(record.key_box), len(record.meta_box)) == (105, 585)
    assert (len(record.tag), len(record.sig)) == (16, 64)


def test_a_record_survives_the_wire() -> None:
    record = file_of(ALICE).record
    assert crypto.NodeRecord.from_wire(record.to_wire()) == record


def test_content_can_be_sealed_before_the_record_is_made() -> None:
    id, key = crypto.node.new_id(), crypto.NodeKey.random()
    node = crypto.node.create(file_meta(), folder=ALICE.root, author=ALICE.identity, id=id, key=key)
    assert (node.id, node.key) == (id, key)


def test_a_folder_holds_other_nodes() -> None:
    papers = folder_of(ALICE)
    inside = crypto.node.create(file_meta(), folder=papers.folder, author=ALICE.identity)
    opened = crypto.node.open(inside.record, folder=papers.folder, authors=[ALICE.author])
    assert opened.meta == file_meta()
    with pytest.raises(ValueError, match="holds no records"):
        _ = inside.folder


def test_renaming_keeps_the_key_and_counts_on() -> None:
    node = file_of(ALICE)
    renamed = crypto.node.rename(
        node, "A\u030angstro\u0308m", folder=ALICE.root, author=ALICE.identity
    )
    opened = open_at_home(renamed.record, seen=node.record.mark)
    assert opened.meta.name == "\u00c5ngstr\u00f6m"
    assert (opened.record.ver, opened.key) == (2, node.key)
    assert opened.record.tag != node.record.tag


def test_moving_changes_the_place_and_nothing_below() -> None:
    papers, archive = folder_of(ALICE), folder_of(ALICE, "Archive")
    inside = crypto.node.create(file_meta(), folder=papers.folder, author=ALICE.identity)
    moved = crypto.node.move(papers, folder=archive.folder, author=ALICE.identity)
    opened = crypto.node.open(
        moved.record, folder=archive.folder, authors=[ALICE.author], seen=papers.record.mark
    )
    assert opened.folder == papers.folder
    assert crypto.node.open(inside.record, folder=opened.folder, authors=[ALICE.author]) == inside
    with pytest.raises(crypto.Tampered):
        open_at_home(moved.record)


def test_moving_to_a_taken_name_takes_another_one_along() -> None:
    archive = folder_of(ALICE, "Archive")
    moved = crypto.node.move(
        file_of(ALICE), folder=archive.folder, author=ALICE.identity, name="report (2).pdf"
    )
    assert moved.meta.name == "report (2).pdf"


def test_an_update_keeps_folder_and_type() -> None:
    node, archive = file_of(ALICE), folder_of(ALICE, "Archive")
    with pytest.raises(ValueError, match="keeps"):
        crypto.node.rename(node, "x", folder=archive.folder, author=ALICE.identity)
    with pytest.raises(ValueError, match="keeps"):
        crypto.node.update(node, archive.meta, folder=ALICE.root, author=ALICE.identity)


def test_a_folder_gets_a_new_key_and_its_children_follow() -> None:
    papers = folder_of(ALICE)
    inside = crypto.node.create(file_meta(), folder=papers.folder, author=ALICE.identity)
    renewed = crypto.node.rekey(
        papers, key=crypto.NodeKey.random(), folder=ALICE.root, author=ALICE.identity
    )
    assert (renewed.record.gen, renewed.record.ver) == (2, 2)
    assert open_at_home(renewed.record, seen=papers.record.mark) == renewed
    rewrapped = crypto.node.move(inside, folder=renewed.folder, author=ALICE.identity)
    opened = crypto.node.open(rewrapped.record, folder=renewed.folder, authors=[ALICE.author])
    assert opened.key == inside.key
    with pytest.raises(crypto.Tampered):
        crypto.node.open(inside.record, folder=renewed.folder, authors=[ALICE.author])


def test_a_file_with_a_new_key_needs_new_content() -> None:
    node, key = file_of(ALICE), crypto.NodeKey.random()
    with pytest.raises(ValueError, match="new content"):
        crypto.node.rekey(node, key=key, folder=ALICE.root, author=ALICE.identity)
    meta = file_meta(content="second")
    renewed = crypto.node.rekey(node, key=key, folder=ALICE.root, author=ALICE.identity, meta=meta)
    assert open_at_home(renewed.record).key == key


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


class TestVersions:
    def test_an_old_record_reads_through_its_own_door_only(self) -> None:
        first = file_of(ALICE)
        second = crypto.node.update(
            first, file_meta(content="second"), folder=ALICE.root, author=ALICE.identity
        )
        with pytest.raises(crypto.Tampered):
            open_at_home(first.record, seen=second.record.mark)
        old = crypto.node.open_old(first.record, current=second, authors=[ALICE.author])
        assert old.meta == first.meta

    def test_an_old_record_reads_after_a_move(self) -> None:
        first, archive = file_of(ALICE), folder_of(ALICE, "Archive")
        moved = crypto.node.move(first, folder=archive.folder, author=ALICE.identity)
        old = crypto.node.open_old(first.record, current=moved, authors=[ALICE.author])
        assert old.meta == first.meta

    def test_restoring_is_a_new_record_with_the_old_content(self) -> None:
        first = file_of(ALICE)
        second = crypto.node.update(
            first, file_meta(content="second"), folder=ALICE.root, author=ALICE.identity
        )
        old = crypto.node.open_old(first.record, current=second, authors=[ALICE.author])
        restored = crypto.node.update(second, old.meta, folder=ALICE.root, author=ALICE.identity)
        assert open_at_home(restored.record, seen=second.record.mark).meta == first.meta

    def test_the_record_of_another_file_is_no_version_of_this_one(self) -> None:
        other, current = file_of(ALICE, "other"), file_of(ALICE)
        with pytest.raises(crypto.Tampered):
            crypto.node.open_old(other.record, current=current, authors=[ALICE.author])

    def test_a_newer_record_is_no_old_version(self) -> None:
        first = file_of(ALICE)
        second = crypto.node.rename(first, "new", folder=ALICE.root, author=ALICE.identity)
        with pytest.raises(crypto.Tampered):
            crypto.node.open_old(second.record, current=first, authors=[ALICE.author])

    def test_an_old_record_needs_its_author_too(self) -> None:
        first = file_of(ALICE)
        forged = signed_by(CHARLIE, first.record)
        with pytest.raises(crypto.Tampered):
            crypto.node.open_old(forged, current=first, authors=[ALICE.author])


class TestSharedTop:
    def open(self, node: crypto.Node, **changed: Any) -> crypto.Node:
        record = node.record
        given = {"id": node.id, "kind": record.type, "gen": 1, "key": node.key}
        terms: dict[str, Any] = given | changed
        return crypto.node.open_top(record, authors=[ALICE.author], **terms)

    def test_it_opens_with_its_key_alone(self) -> None:
        node = file_of(ALICE)
        assert self.open(node) == node

    @pytest.mark.parametrize(
        "changed",
        [
            {"id": crypto.NodeId(bytes(16))},
            {"kind": crypto.NodeType.FOLDER},
            {"gen": 2},
            {"key": crypto.NodeKey(bytes(32))},
            {"seen": crypto.Mark(1, 2, bytes(32))},
        ],
        ids=lambda changed: next(iter(changed)),
    )
    def test_other_terms_do_not(self, changed: dict[str, object]) -> None:
        with pytest.raises(crypto.Tampered):
            self.open(file_of(ALICE), **changed)


class TestThumbnails:
    def test_a_thumbnail_opens_for_its_revision_only(self) -> None:
        node, other = file_of(ALICE), file_of(ALICE, "other")
        rev, later = file_meta().rev, file_meta(content="later").rev
        sealed = crypto.thumb.seal(node.key, b"webp", node=node.id, rev=rev)
        assert crypto.thumb.open(sealed, node.key, node=node.id, rev=rev) == b"webp"
        for key, id, revision in [
            (node.key, node.id, later),
            (node.key, other.id, rev),
            (other.key, node.id, rev),
        ]:
            with pytest.raises(crypto.Tampered):
                crypto.thumb.open(sealed, key, node=id, rev=revision)

    def test_it_holds_a_mebibyte_and_no_more(self) -> None:
        node, rev = file_of(ALICE), file_meta().rev
        sealed = crypto.thumb.seal(node.key, bytes(2**20), node=node.id, rev=rev)
        assert len(crypto.thumb.open(sealed, node.key, node=node.id, rev=rev)) == 2**20
        with pytest.raises(ValueError, match="1 MiB"):
            crypto.thumb.seal(node.key, bytes(2**20 + 1), node=node.id, rev=rev)
        with pytest.raises(crypto.Tampered):
            crypto.thumb.open(sealed + b"x", node.key, node=node.id, rev=rev)


def test_equal_names_have_equal_tags_in_one_folder_only() -> None:
    papers, archive = folder_of(ALICE).folder, folder_of(ALICE, "Archive").folder
    tag = crypto.node.name_tag("\u00e9", folder=papers)
    assert tag == crypto.node.name_tag("e\u0301", folder=papers)
    assert tag != crypto.node.name_tag("\u00e9", folder=archive)
    assert tag != crypto.node.name_tag("\u00e8", folder=papers)


def test_a_name_with_newer_letters_than_ours_can_be_read_and_moved_but_not_typed() -> None:
    """U+0378 stands for a letter that a browser with newer tables may already know."""
    unknown = "new \u0378"
    with pytest.raises(crypto.BadInput):
        crypto.node.rename(file_of(ALICE), unknown, folder=ALICE.root, author=ALICE.identity)
    node = file_of(ALICE)
    record = replace(
        node.record,
        meta_box=place.seal_meta(file_meta(unknown), key=node.key, id=node.id, gen=1, ver=1),
        tag=place.name_tag(unknown, folder=ALICE.root),
    )
    opened = open_at_home(signed_by(ALICE, record))
    assert opened.meta.name == unknown
    moved = crypto.node.move(opened, folder=folder_of(ALICE).folder, author=ALICE.identity)
    updated = crypto.node.update(
        opened, file_meta(unknown, content="second"), folder=ALICE.root, author=ALICE.identity
    )
    assert moved.meta.name == updated.meta.name == unknown


def test_two_records_of_one_content_have_one_mark() -> None:
    record = file_of(ALICE).record
    assert record.mark == replace(record, sig=shake("other", 64)).mark
    assert record.mark != replace(record, tag=shake("other", 16)).mark
