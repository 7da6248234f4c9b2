"""Blobs as objects in a bucket of MinIO or any other S3 server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from minio import Minio
from minio.error import MinioException, S3Error
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from commonkeep.blobs.base import Checked, Missing, Source, StoreAway, Stored, require_key

# What the SDK holds in memory at a time; an object of more parts than S3 allows is not made here,
# because a blob has at most 64 GiB.
PART = 16 * 1024 * 1024
_GONE = {"NoSuchKey", "NoSuchObject"}


class MinioStore:
    """A `BlobStore` in a bucket, below a prefix. The bucket must exist."""

    def __init__(
        self,
        *,
        endpoint: str,
        access_key: str,
        secret_key: str,
        region: str,
        bucket: str,
        prefix: str,
    ) -> None:
        address = urlsplit(endpoint)
        self._client = Minio(
            endpoint=address.netloc,
            access_key=access_key,
            secret_key=secret_key,
            region=region,
            secure=address.scheme == "https",
            http_client=_connections(),
        )
        self._bucket = bucket
        self._prefix = prefix

    def put(self, key: str, source: Source, *, size: int, sha256: bytes | None = None) -> bytes:
        checked = Checked(source, size=size, sha256=sha256)
        with _Faults(key):
            self._client.put_object(
                bucket_name=self._bucket,
                object_name=self._name(key),
                data=cast(BinaryIO, checked),  # it only calls read
                length=size,
                part_size=PART,
            )
        return checked.digest()

    def open(self, key: str, start: int = 0, stop: int | None = None) -> "ObjectWindow":
        end = self.size(key)
        length = max(0, min(end, end if stop is None else stop) - start)
        if not length:
            return ObjectWindow(None, 0)
        with _Faults(key):
            response = self._client.get_object(
                bucket_name=self._bucket,
                object_name=self._name(key),
                offset=start,
                length=length,
            )
        return ObjectWindow(response, length)

    def size(self, key: str) -> int:
        with _Faults(key):
            about = self._client.stat_object(bucket_name=self._bucket, object_name=self._name(key))
        return int(about.size or 0)

    def delete(self, key: str) -> None:
        with _Faults(key):
            self._client.remove_object(bucket_name=self._bucket, object_name=self._name(key))

    def list(self) -> Iterator[Stored]:
        with _Faults(""):
            for found in self._client.list_objects(
                bucket_name=self._bucket, prefix=self._prefix, recursive=True
            ):
                yield Stored(
                    str(found.object_name).removeprefix(self._prefix),
                    int(found.size or 0),
                    found.last_modified or datetime.now(UTC),
                )

    def _name(self, key: str) -> str:
        return self._prefix + require_key(key)


def _connections() -> PoolManager:
    """As many as a web process has threads; patient with a slow disk, not with a dead host."""
    return PoolManager(
        maxsize=64,
        timeout=Timeout(connect=5, read=60),
        retries=Retry(total=2, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
    )


class ObjectWindow:
    """A running GET; `response` is None for an empty range, which S3 cannot express."""

    def __init__(self, response: Any, length: int) -> None:
        self._response = response
        self._left = length
        self.length = length

    def read(self, size: int = -1, /) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        if not wanted:
            return b""
        with _Faults(""):
            chunk = bytes(self._response.read(wanted))
        if not chunk:
            raise Missing("the object went away while it was read")
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        if self._response is not None:
            self._response.close()
            self._response.release_conn()


class _Faults:
    """Turns the SDK's errors into the seam's."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, S3Error) and error.code in _GONE:
            raise Missing(self._key) from error
        if isinstance(error, MinioException | HTTPError | OSError):
            raise StoreAway(type(error).__name__) from error
