from datetime import datetime
from uuid import uuid4

from django.db import models
from django.utils import timezone

from accounts.models.account import Account
from accounts.models.checks import exactly

DEVICE_NAME_MOST = 100


class SessionQuerySet(models.QuerySet["Session"]):
    def idle(self, *, since: datetime) -> "SessionQuerySet":
        return self.filter(seen_at__lt=since)

    def besides(self, session: "Session") -> "SessionQuerySet":
        """The other sessions of the same account."""
        return self.filter(account_id=session.account_id).exclude(pk=session.pk)


class Session(models.Model):
    """A device that is signed in. The row is the session: it ends when the row goes."""

    class Transport(models.TextChoices):
        BEARER = "bearer"
        COOKIE = "cookie"

    id = models.UUIDField(primary_key=True, default=uuid4)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sessions")
    token_hash = models.BinaryField(unique=True)
    transport = models.CharField(max_length=6, choices=Transport)
    device_name = models.CharField(max_length=DEVICE_NAME_MOST)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            exactly("token_hash", 32, name="session_token_hash_length"),
            models.CheckConstraint(
                condition=models.Q(transport__in=["bearer", "cookie"]),
                name="session_transport_known",
            ),
        ]


class KnownDevice(models.Model):
    """A device that was signed in once. Its token opens nothing; it has rate limits of its own."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="devices")
    token_hash = models.BinaryField(unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [exactly("token_hash", 32, name="device_token_hash_length")]
