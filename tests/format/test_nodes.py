"""Records: what an honest client makes opens again, with what it meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commonkeep_cli import crypto
from commonkeep_cli.crypto import place

from .people import ALICE, file_meta, file_of, folder_of
from .records import open_at_home, signed_by
from .vectors import shake


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
