from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models.checks import exactly

LOGIN_MOST = 190


class AccountQuerySet(models.QuerySet["Account"]):
    def open(self) -> "AccountQuerySet":
        """Those that can be signed in to: an account whose time has come is gone already, even
        while its rows wait for the next `close_due`."""
        return self.filter(Q(closes_at__isnull=True) | Q(closes_at__gt=timezone.now()))

    def lock(self, pk: UUID) -> "Account | None":
        """The open account of that id, locked until the transaction ends."""
        return self.select_for_update().open().filter(pk=pk).first()

    def due(self) -> "AccountQuerySet":
        """Those whose 14 days are over."""
        return self.filter(closes_at__lte=timezone.now())


class Account(models.Model):
    """A person as far as the server knows one. The client drew `id`; its keys are bound to it."""

    id = models.UUIDField(primary_key=True)
    login = models.CharField(max_length=LOGIN_MOST, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    closes_at = models.DateTimeField(null=True, db_index=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(login=""), name="account_login_not_empty"),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("created_at")),
                name="account_closes_after_opening",
            ),
        ]


class Claim(models.Model):
    """A login and an id that were given out. Never removed: a closed account leaves its claim, so
    neither names a second person. Keyed hashes, so that the table does not say who was here."""

    login_hash = models.BinaryField(unique=True)
    user_hash = models.BinaryField(unique=True)

    class Meta:
        constraints = [
            exactly("login_hash", 32, name="claim_login_hash_length"),
            exactly("user_hash", 32, name="claim_user_hash_length"),
        ]


class Certificate(models.Model):
    """The public keys that a generation of an account signs and is shared with."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="certificates")
    gen = models.BigIntegerField()
    ed_pk = models.BinaryField()
    xw_pk = models.BinaryField()
    sig = models.BinaryField()

    class Meta:
        ordering = ["gen"]
        constraints = [
            models.UniqueConstraint(fields=["account", "gen"], name="certificate_once_per_gen"),
            models.CheckConstraint(
                condition=Q(gen__gte=1, gen__lt=2**32), name="certificate_gen_range"
            ),
            exactly("ed_pk", 32, name="certificate_ed_pk_length"),
            exactly("xw_pk", 1216, name="certificate_xw_pk_length"),
            exactly("sig", 64, name="certificate_sig_length"),
        ]


class AccountState(models.Model):
    """What a client remembers for its next device, sealed; every write adds one to `version`."""

    account = models.OneToOneField(
        Account, on_delete=models.CASCADE, primary_key=True, related_name="state"
    )
    version = models.BigIntegerField(default=0)
    box = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(version=0, box__isnull=True) | Q(version__gt=0, box__isnull=False),
                name="account_state_counts_its_writes",
            ),
        ]
