"""The tree: nodes with their current record, revisions with the record that introduced them."""

from django.db import models
from django.db.models import F, Q

from commonkeep.format import FILE, FOLDER


class SignedRecord(models.Model):
    """The columns of a signed record (docs/format.md, "Node records"), as its author made them."""

    type = models.PositiveSmallIntegerField(choices=[(FOLDER, "folder"), (FILE, "file")])
    gen = models.BigIntegerField()
    ver = models.BigIntegerField()
    key_box = models.BinaryField()
    meta_box = models.BinaryField()
    tag = models.BinaryField()
    author = models.UUIDField()
    author_gen = models.BigIntegerField()
    sig = models.BinaryField()

    class Meta:
        abstract = True


class Node(SignedRecord):
    """A file or folder. The root is a row without a record (ver 0); its id is the user's."""

    id = models.UUIDField(primary_key=True)
    drive = models.ForeignKey("storage.Drive", on_delete=models.PROTECT, related_name="nodes")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="children", db_index=False
    )
    current = models.OneToOneField(
        "storage.Revision", on_delete=models.PROTECT, null=True, related_name="current_of"
    )
    change = models.BigIntegerField()
    trashed_at = models.DateTimeField(null=True)
    # Set once a removal for good has begun; it goes on in steps and cannot be taken back.
    purging = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "tag"],
                condition=Q(trashed_at__isnull=True),
                name="node_name_once_in_folder",
            ),
            models.UniqueConstraint(fields=["drive", "change"], name="node_change_once_in_drive"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, ver=0, id=F("drive_id"))
                | Q(parent__isnull=False, ver__gte=1),
                name="node_root_has_no_record",
            ),
            models.CheckConstraint(
                condition=Q(purging=False) | Q(trashed_at__isnull=False),
                name="node_purging_is_in_trash",
            ),
        ]
        indexes = [
            models.Index(fields=["parent", "id"], name="node_children"),
            models.Index(
                fields=["drive", "id"], condition=Q(trashed_at__isnull=False), name="node_trash"
            ),
            models.Index(fields=["drive", "id"], condition=Q(purging=True), name="node_to_purge"),
        ]


class Revision(SignedRecord):
    """One content of a file; `id` is the rev that its client drew."""

    id = models.UUIDField(primary_key=True)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="revisions")
    parent_id = models.UUIDField()
    size = models.BigIntegerField()
    thumb = models.BinaryField(null=True)
    tree = models.OneToOneField("storage.Blob", on_delete=models.PROTECT, null=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Tombstone(models.Model):
    """What the change feed says of a node that was removed for good."""

    drive = models.ForeignKey("storage.Drive", on_delete=models.CASCADE, related_name="tombstones")
    node = models.UUIDField()
    change = models.BigIntegerField()
    purged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drive", "change"], name="tombstone_change_once"),
        ]
        indexes = [
            models.Index(fields=["purged_at"], name="tombstone_age"),
            models.Index(fields=["drive", "node"], name="tombstone_of_node"),
        ]
