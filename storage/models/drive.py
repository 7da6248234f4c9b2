from django.db import models


class Drive(models.Model):
    """One account's storage. Every change of its tree or its bytes locks this row first."""

    account = models.OneToOneField(
        "accounts.Account", on_delete=models.PROTECT, primary_key=True, related_name="drive"
    )
    change = models.BigIntegerField(default=0)
    # Up to this change the feed has forgotten what was purged.
    feed_start = models.BigIntegerField(default=0)
    used = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(used__gte=0), name="drive_used_not_negative"),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0), name="drive_reserved_not_negative"
            ),
        ]
