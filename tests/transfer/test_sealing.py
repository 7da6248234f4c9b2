"""Parts sealed out of order are the stream that the format describes, at every awkward size."""

import os
import secrets
from pathlib import Path

import pytest

from commonkeep_cli import crypto
from commonkeep_cli.api.content import HeldPart, Upload
from commonkeep_cli.crypto import segments
from commonkeep_cli.transfer.drawn import Drawn, draw
from commonkeep_cli.transfer.journal import Busy, Journal, journal_path
from commonkeep_cli.transfer.sealing import Changed, Part, PartSealer, reader

PART = 4 * segments.SEGMENT
FIRST, LATER = 262_088, 262_128
SIZES = [0, 1, FIRST - 1, FIRST, FIRST + 1, FIRST + LATER - 1, FIRST + LATER, FIRST + LATER + 1]
SIZES += [PART - 104, PART - 103, 2 * PART, 3 * PART + 7]


def _drawn(size: int) -> Drawn:
    node, key = crypto.node.new_id(), crypto.NodeKey.random()
    return draw(node=node, key=key, new=True, size=size, mtime_ns=5)


def _sealer(drawn: Drawn, path: Path) -> PartSealer:
    sealer = crypto.ContentSealer(
        crypto.content_key(drawn.key), node=drawn.node, rev=drawn.rev, header=drawn.header
    )
    read = reader(os.open(path, os.O_RDONLY))
    return PartSealer(sealer, read, size=drawn.size, part_size=PART, secret=drawn.secret)


def _file(tmp_path: Path, size: int) -> tuple[Path, bytes]:
    content = secrets.token_bytes(size)
    path = tmp_path / "file"
    path.write_bytes(content)
    return path, content


@pytest.mark.parametrize("size", SIZES)
def test_parts_make_the_stored_file_and_its_root(tmp_path: Path, size: int) -> None:
    path, content = _file(tmp_path, size)
    drawn = _drawn(size)
    parts = _sealer(drawn, path)
    stored, hashes = {}, {}
    for number in reversed(range(parts.parts)):
        part = parts.seal(number, bytearray(PART))
        stored[number], hashes[number] = bytes(part.stored), part.hashes
    whole = b"".join(stored[number] for number in sorted(stored))
    assert len(whole) == segments.ct_len(size)
    assert all(len(stored[number]) == PART for number in range(parts.parts - 1))
    root = crypto.content_root(drawn.header, b"".join(hashes[n] for n in sorted(hashes)))
    opened = crypto.open_stream(
        crypto.content_key(drawn.key),
        (whole[at : at + 99_991] for at in range(0, len(whole), 99_991)),
        node=drawn.node,
        rev=drawn.rev,
        size=size,
        root=root,
    )
    assert b"".join(opened) == content


def test_a_file_that_became_shorter_is_noticed(tmp_path: Path) -> None:
    path, _ = _file(tmp_path, 2 * PART)
    parts = _sealer(_drawn(2 * PART), path)
    os.truncate(path, PART)
    with pytest.raises(Changed):
        parts.seal(1, bytearray(PART))


def _journal(tmp_path: Path, amk: crypto.AccountKey, *, source: str = "/a/file") -> Journal:
    user = crypto.UserId(bytes(16))
    path = journal_path(tmp_path / "journal", user=user, source=source)
    return Journal(path, amk=amk)


def _held(parts: dict[int, Part], *, part_size: int = PART) -> Upload:
    """What a server says that it holds."""
    return Upload(part_size, {n: HeldPart(len(p.stored), p.sha256) for n, p in parts.items()})


def test_a_journal_remembers_what_was_drawn_and_sealed(tmp_path: Path) -> None:
    path, _ = _file(tmp_path, 3 * PART)
    drawn, amk = _drawn(3 * PART), crypto.AccountKey.random()
    with _journal(tmp_path, amk) as journal:
        assert journal.drawn is None
        journal.begin(drawn)
        parts = _sealer(drawn, path)
        noted = {number: parts.seal(number, bytearray(PART)) for number in (2, 0)}
        for part in noted.values():
            journal.note(part)
    with _journal(tmp_path, amk) as journal:
        assert journal.drawn == drawn
        assert journal.knows_all_of(_held(noted))
        again = _sealer(drawn, path)
        journal.check(0, again.print_part(0))
        for number in range(again.parts):
            journal.note(again.seal(number, bytearray(PART)))
        assert len(journal.hashes()) == 32 * segments.segment_count(drawn.size)
        journal.remove()
    with _journal(tmp_path, amk) as journal:
        assert journal.drawn is None


def test_another_plaintext_is_never_sealed_under_a_journalled_header(tmp_path: Path) -> None:
    path, content = _file(tmp_path, 2 * PART)
    drawn, amk = _drawn(2 * PART), crypto.AccountKey.random()
    with _journal(tmp_path, amk) as journal:
        journal.begin(drawn)
        journal.note(_sealer(drawn, path).seal(0, bytearray(PART)))
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    with _journal(tmp_path, amk) as journal:
        again = _sealer(drawn, path)
        with pytest.raises(Changed):
            journal.check(0, again.print_part(0))
        with pytest.raises(Changed):
            journal.note(again.seal(0, bytearray(PART)))


@pytest.mark.parametrize("damage", ["cut", "flip", "other account", "box"])
def test_a_damaged_journal_begins_anew(tmp_path: Path, damage: str) -> None:
    path, _ = _file(tmp_path, PART)
    drawn, amk = _drawn(PART), crypto.AccountKey.random()
    with _journal(tmp_path, amk) as journal:
        journal.begin(drawn)
        journal.note(_sealer(drawn, path).seal(0, bytearray(PART)))
    (at_rest,) = (tmp_path / "journal").iterdir()
    data = bytearray(at_rest.read_bytes())
    if damage == "cut":
        del data[-1:]
    elif damage == "flip":
        data[-100] ^= 1
    elif damage == "box":
        data[60] ^= 1
    at_rest.write_bytes(data)
    whose = crypto.AccountKey.random() if damage == "other account" else amk
    with _journal(tmp_path, whose) as journal:
        assert journal.drawn is None


def test_a_journal_gives_nothing_away_and_is_held_by_one(tmp_path: Path) -> None:
    drawn, amk = _drawn(5), crypto.AccountKey.random()
    with _journal(tmp_path, amk) as journal:
        journal.begin(drawn)
        (at_rest,) = (tmp_path / "journal").iterdir()
        data = at_rest.read_bytes()
        for secret in (drawn.key.raw, drawn.secret):
            assert secret not in data
            assert secret.hex().encode() not in data
        assert at_rest.stat().st_mode & 0o777 == 0o600
        with pytest.raises(Busy):
            _journal(tmp_path, amk)


def test_a_journal_of_one_file_is_none_of_another(tmp_path: Path) -> None:
    drawn, amk = _drawn(5), crypto.AccountKey.random()
    with _journal(tmp_path, amk) as journal:
        journal.begin(drawn)
    (at_rest,) = (tmp_path / "journal").iterdir()
    with _journal(tmp_path, amk, source="/another"):
        (other,) = set((tmp_path / "journal").iterdir()) - {at_rest}
        other.write_bytes(at_rest.read_bytes())
    with _journal(tmp_path, amk, source="/another") as journal:
        assert journal.drawn is None


def test_an_older_copy_of_a_journal_is_found_out(tmp_path: Path) -> None:
    """Restored from a backup, it lacks parts that were sealed: the server holds them."""
    path, _ = _file(tmp_path, 3 * PART)
    drawn, amk = _drawn(3 * PART), crypto.AccountKey.random()
    parts = _sealer(drawn, path)
    with _journal(tmp_path, amk) as journal:
        journal.begin(drawn)
        sealed = {number: parts.seal(number, bytearray(PART)) for number in range(2)}
        journal.note(sealed[0])
        assert journal.knows_all_of(_held({}))
        assert journal.knows_all_of(_held({0: sealed[0]}))
        assert not journal.knows_all_of(_held(sealed))
        assert not journal.knows_all_of(_held({0: sealed[1]}))


def test_parts_of_another_length_are_not_continued(tmp_path: Path) -> None:
    """A segment sealed in a part of the old length would be in none that the journal knows."""
    path, _ = _file(tmp_path, 3 * PART)
    drawn, amk = _drawn(3 * PART), crypto.AccountKey.random()
    with _journal(tmp_path, amk) as journal:
        journal.begin(drawn)
        journal.note(_sealer(drawn, path).seal(0, bytearray(PART)))
        for part_size in (segments.SEGMENT, 2 * PART):
            assert not journal.knows_all_of(_held({}, part_size=part_size))
