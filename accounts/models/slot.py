from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.account import Account
from accounts.models.checks import exactly

AMK_BOX = 105  # bytes of the box around an account key
PROFILES = 1, 2  # of Argon2id, docs/format.md


class KeySlotQuerySet(models.QuerySet["KeySlot"]):
    def find(self, login: str, *, method: int) -> "KeySlot | None":
        """The slot of the open account of that login, its account with it."""
        accounts = Account.objects.open().filter(login=login)
        return self.select_related("account").filter(account__in=accounts, method=method).first()

    def of_open(self, user: UUID) -> "KeySlotQuerySet":
        """The slots of an account, none if it is not open."""
        return self.filter(account__in=Account.objects.open().filter(pk=user))


class KeySlot(models.Model):
    """One way to the account key: who proves `auth` gets the box, which only the client opens."""

    class Method(models.IntegerChoices):
        PASSWORD = 1
        RECOVERY = 2

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="slots")
    method = models.SmallIntegerField(choices=Method)
    account_salt = models.BinaryField(null=True)
    profile = models.SmallIntegerField(null=True)
    auth_hash = models.CharField(max_length=255)
    box = models.BinaryField()
    amk_gen = models.BigIntegerField()
    changed_at = models.DateTimeField(default=timezone.now)

    objects = KeySlotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "method"], name="slot_once_per_method"),
            models.CheckConstraint(
                condition=Q(method=1, account_salt__isnull=False, profile__in=PROFILES)
                | Q(method=2, account_salt__isnull=True, profile__isnull=True),
                name="slot_derivation_fits_method",
            ),
            models.CheckConstraint(
                condition=Q(amk_gen__gte=1, amk_gen__lt=2**32), name="slot_amk_gen_range"
            ),
            models.CheckConstraint(condition=~Q(auth_hash=""), name="slot_auth_hash_not_empty"),
            exactly("account_salt", 16, name="slot_salt_length"),
            exactly("box", AMK_BOX, name="slot_box_length"),
        ]


class RecoveryTicketQuerySet(models.QuerySet["RecoveryTicket"]):
    def valid(self) -> "RecoveryTicketQuerySet":
        return self.filter(expires_at__gt=timezone.now())

    def expired(self) -> "RecoveryTicketQuerySet":
        return self.filter(expires_at__lte=timezone.now())


class RecoveryTicket(models.Model):
    """Whoever holds it has just shown the recovery code, and may set a new password once.

    A used one stays until it expires, for a client that never saw the answer.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tickets")
    token_hash = models.BinaryField(unique=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    objects = RecoveryTicketQuerySet.as_manager()

    class Meta:
        constraints = [exactly("token_hash", 32, name="ticket_token_hash_length")]
