"""Where bytes lie: one seam, two real implementations, used twice.

`dock()` is where parts land and are acknowledged; `vault()` is where they stay. Either can be a
folder or an S3 bucket. This package holds the only import of `minio`.
"""

from functools import cache

from django.conf import settings

from commonkeep.blobs.base import (
    BlobStore,
    Checked,
    HashMismatch,
    LengthMismatch,
    Missing,
    Source,
    StoreAway,
    Stored,
    Window,
    require_key,
)
from commonkeep.blobs.disk import DiskStore
from commonkeep.blobs.minio import MinioStore

__all__ = [
    "BlobStore",
    "Checked",
    "HashMismatch",
    "LengthMismatch",
    "Missing",
    "Source",
    "StoreAway",
    "Stored",
    "Window",
    "dock",
    "require_key",
    "vault",
]


@cache
def dock() -> BlobStore:
    return _store(settings.DOCK, "dock")


@cache
def vault() -> BlobStore:
    return _store(settings.VAULT, "vault")


def _store(kind: str, name: str) -> BlobStore:
    if kind == "disk":
        return DiskStore(settings.DISK_STORES / name)
    return MinioStore(
        endpoint=settings.S3["endpoint"],
        access_key=settings.S3["access_key"],
        secret_key=settings.S3["secret_key"],
        region=settings.S3["region"],
        bucket=settings.S3["bucket"],
        prefix=f"{name}/",
    )
