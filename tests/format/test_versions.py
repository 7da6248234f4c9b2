"""The two wider doors, for old versions and for the top of a share, and thumbnails."""

from __future__ import annotations

from typing import Any

import pytest

from commonkeep_cli import crypto

from .people import ALICE, CHARLIE, file_meta, file_of, folder_of
from .records import open_at_home, signed_by


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
