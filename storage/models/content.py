"""Bytes: blobs in a store, the extents that files point with, and uploads under way."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Blob(models.Model):
    """One object of a store. The row is there before the bytes, and goes after them."""

    class Store(models.TextChoices):
        DOCK = "dock"
        VAULT = "vault"

    class Kind(models.TextChoices):
        CONTENT = "content"  # a part, or a whole file
        PACK = "pack"  # small files of one account, one after the other
        TREE = "tree"  # SHA-256 of each segment of a file

    class State(models.TextChoices):
        PROMISED = "promised"
        STORED = "stored"
        CONDEMNED = "condemned"

    id = models.UUIDField(primary_key=True, default=uuid4)
    # Null once the account is gone: then only the reaper has business with it.
    drive = models.ForeignKey(
        "storage.Drive", on_delete=models.SET_NULL, null=True, related_name="blobs"
    )
    store = models.CharField(max_length=5, choices=Store)
    kind = models.CharField(max_length=7, choices=Kind)
    state = models.CharField(max_length=9, choices=State, default=State.PROMISED)
    size = models.BigIntegerField()
    sha256 = models.BinaryField(null=True)
    changed_at = models.DateTimeField(default=timezone.now)
    # When a worker last took it on to copy it to the vault.
    settling_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="stored") | Q(sha256__isnull=False), name="blob_stored_has_hash"
            ),
        ]
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=~Q(state="stored"),
                name="blob_to_reap",
            ),
            models.Index(
                fields=["changed_at"],
                condition=Q(store="dock", state="stored"),
                name="blob_to_settle",
            ),
        ]

    @property
    def key(self) -> str:
        return self.id.hex


class Extent(models.Model):
    """A stretch of a revision's ciphertext: `length` bytes from `offset` of a blob."""

    revision = models.ForeignKey("storage.Revision", models.CASCADE, related_name="extents")
    seq = models.PositiveIntegerField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="extents")
    offset = models.BigIntegerField()
    length = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "seq"], name="extent_once_in_revision"),
        ]


class Upload(models.Model):
    """A promise: room reserved for a revision to be, and the parts of it held so far."""

    rev = models.UUIDField(primary_key=True)
    drive = models.ForeignKey("storage.Drive", on_delete=models.PROTECT, related_name="uploads")
    node = models.UUIDField()
    size = models.BigIntegerField(null=True)
    part_size = models.BigIntegerField()
    reserved = models.BigIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved__gte=0), name="upload_reserved_not_negative"
            ),
        ]


class Part(models.Model):
    """A part that is on stable storage."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    n = models.PositiveIntegerField()
    blob = models.OneToOneField(Blob, on_delete=models.PROTECT, related_name="part")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "n"], name="part_once_in_upload"),
        ]
