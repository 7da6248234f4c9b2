"""One suite for every blob store: what `BlobStore` promises, each does."""

import hashlib
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from commonkeep.blobs import BlobStore, HashMismatch, LengthMismatch, Missing, StoreAway
from commonkeep.blobs.disk import DiskStore
from commonkeep.blobs.minio import MinioStore
from tests.contracts import s3
from tests.servers import free_port

SIZES = [0, 1, 262_144, 5 * 1024 * 1024 + 1, 17 * 1024 * 1024]


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3.S3Server]:
    with s3.running(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(params=["disk", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "disk":
        return DiskStore(tmp_path / "store")
    server: s3.S3Server = request.getfixturevalue("s3_server")
    return MinioStore(
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key,
        region=server.region,
        bucket=server.new_bucket(),
        prefix="vault/",
    )


class Trickle:
    """A source that gives a few bytes at a time, as a slow line does."""

    def __init__(self, data: bytes, step: int = 10_007) -> None:
        self._data = io.BytesIO(data)
        self._step = step

    def read(self, size: int, /) -> bytes:
        return self._data.read(min(size, self._step))


class Breaking(Trickle):
    """A source whose line breaks in the middle."""

    def read(self, size: int, /) -> bytes:
        if self._data.tell() > 50_000:
            raise ConnectionResetError
        return super().read(size)


def new_key() -> str:
    return uuid4().hex


def content(size: int) -> bytes:
    return hashlib.shake_256(b"contract").digest(size)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def read(store: BlobStore, key: str, start: int = 0, stop: int | None = None) -> bytes:
    window = store.open(key, start, stop)
    try:
        return b"".join(iter(lambda: window.read(65_536), b""))
    finally:
        window.close()


def keys(store: BlobStore) -> set[str]:
    return {found.key for found in store.list()}


@pytest.mark.parametrize("size", SIZES)
def test_what_is_put_can_be_read_and_measured(store: BlobStore, size: int) -> None:
    key, data = new_key(), content(size)
    assert store.put(key, io.BytesIO(data), size=size, sha256=sha256(data)) == sha256(data)
    assert store.size(key) == size
    assert read(store, key) == data


def test_a_hash_is_answered_where_none_was_announced(store: BlobStore) -> None:
    data = content(100_000)
    assert store.put(new_key(), Trickle(data), size=len(data)) == sha256(data)


@pytest.mark.parametrize(
    ("start", "stop"), [(0, 1), (0, 0), (5, 5), (99_999, 100_000), (1000, 70_000), (99_000, None)]
)
def test_ranges_are_exact(store: BlobStore, start: int, stop: int | None) -> None:
    key, data = new_key(), content(100_000)
    store.put(key, io.BytesIO(data), size=len(data))
    assert read(store, key, start, stop) == data[start:stop]
    window = store.open(key, start, stop)
    assert window.length == len(data[start:stop])
    window.close()


def test_no_more_than_the_size_is_taken_from_the_source(store: BlobStore) -> None:
    key, data = new_key(), content(1000)
    store.put(key, io.BytesIO(data), size=400)
    assert read(store, key) == data[:400]


def test_a_source_that_ends_early_leaves_nothing(store: BlobStore) -> None:
    key, data = new_key(), content(100_000)
    with pytest.raises(LengthMismatch) as refusal:
        store.put(key, Trickle(data), size=len(data) + 1)
    assert refusal.value.received == len(data)
    assert keys(store) == set()


@pytest.mark.parametrize("size", [1, 100_000, 17 * 1024 * 1024])
def test_wrong_bytes_leave_nothing(store: BlobStore, size: int) -> None:
    key, data = new_key(), content(size)
    with pytest.raises(HashMismatch):
        store.put(key, io.BytesIO(data), size=size, sha256=sha256(data + b"!"))
    assert keys(store) == set()
    with pytest.raises(Missing):
        store.size(key)


def test_a_source_that_breaks_leaves_nothing(store: BlobStore) -> None:
    data = content(200_000)
    with pytest.raises(LengthMismatch):
        store.put(new_key(), Breaking(data), size=len(data))
    assert keys(store) == set()


def test_a_put_that_fails_keeps_what_the_key_held(store: BlobStore) -> None:
    key, data = new_key(), content(1000)
    store.put(key, io.BytesIO(data), size=1000)
    with pytest.raises(HashMismatch):
        store.put(key, io.BytesIO(content(500)), size=500, sha256=bytes(32))
    assert read(store, key) == data


def test_a_put_may_be_repeated(store: BlobStore) -> None:
    key, data = new_key(), content(1000)
    for _ in range(2):
        store.put(key, io.BytesIO(data), size=1000, sha256=sha256(data))
    assert keys(store) == {key}


def test_what_was_never_put_is_missing(store: BlobStore) -> None:
    for look in (store.open, store.size):
        with pytest.raises(Missing):
            look(new_key())


def test_what_is_deleted_is_gone_and_deleting_again_is_fine(store: BlobStore) -> None:
    key = new_key()
    store.put(key, io.BytesIO(b"x"), size=1)
    store.delete(key)
    store.delete(key)
    with pytest.raises(Missing):
        store.open(key)
    assert keys(store) == set()


def test_listing_names_every_blob_with_its_size(store: BlobStore) -> None:
    expected = {new_key(): size for size in (0, 1, 1000)}
    for key, size in expected.items():
        store.put(key, io.BytesIO(content(size)), size=size)
    assert {found.key: found.size for found in store.list()} == expected


@pytest.mark.parametrize("key", ["", "..", "a/b", "A" * 32, "0" * 31, "0" * 33, "../" + "0" * 29])
def test_nothing_but_a_key_reaches_the_store(store: BlobStore, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        store.put(key, io.BytesIO(b"x"), size=1)
    with pytest.raises(ValueError, match="key"):
        store.open(key)


def test_two_puts_of_one_key_at_once_leave_one_whole_blob(store: BlobStore) -> None:
    key = new_key()
    bodies = [content(300_000), bytes(300_000)]
    threads = [
        threading.Thread(target=store.put, args=(key, Trickle(body)), kwargs={"size": 300_000})
        for body in bodies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read(store, key) in bodies


def test_a_store_that_is_not_there_says_so(tmp_path: Path) -> None:
    nobody = MinioStore(
        endpoint=f"http://127.0.0.1:{free_port()}",
        access_key="a",
        secret_key="b",
        region="us-east-1",
        bucket="none",
        prefix="",
    )
    with pytest.raises(StoreAway):
        nobody.size(new_key())
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(StoreAway):
        DiskStore(blocked).put(new_key(), io.BytesIO(b"x"), size=1)
