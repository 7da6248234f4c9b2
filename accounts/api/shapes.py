"""Objects that more than one address takes or gives."""

from typing import Any

from accounts.api.fields import AuthField
from accounts.models.slot import AMK_BOX, PROFILES
from accounts.services.certificates import NewCertificate
from accounts.services.slots import NewSlot
from commonkeep.wire import BytesField, NumberField, Shape


class PasswordSlotShape(Shape):
    account_salt = BytesField(length=16)
    profile = NumberField(least=PROFILES[0], most=PROFILES[-1])
    auth = AuthField()
    box = BytesField(length=AMK_BOX)

    def to_internal_value(self, data: Any) -> NewSlot:
        return NewSlot(**super().to_internal_value(data))


class RecoverySlotShape(Shape):
    auth = AuthField()
    box = BytesField(length=AMK_BOX)

    def to_internal_value(self, data: Any) -> NewSlot:
        return NewSlot(**super().to_internal_value(data))


class CertificateShape(Shape):
    gen = NumberField(least=1, most=1)
    ed_pk = BytesField(length=32)
    xw_pk = BytesField(length=1216)
    sig = BytesField(length=64)

    def to_internal_value(self, data: Any) -> NewCertificate:
        return NewCertificate(**super().to_internal_value(data))


class DerivationShape(Shape):
    """What a client needs to derive its keys from a password."""

    account_salt = BytesField(length=16)
    profile = NumberField(least=PROFILES[0], most=PROFILES[-1])
