"""Fields that only accounts have. Their faults never repeat what was sent."""

from typing import Any

from rest_framework import serializers

from accounts.models import Session
from accounts.models.account import LOGIN_MOST
from accounts.models.session import DEVICE_NAME_MOST
from accounts.services import logins, tokens
from accounts.services.states import BOX_MOST
from commonkeep import wire
from commonkeep.errors import TooLarge

AUTH = 32  # bytes of a derived auth key


class TextField(serializers.CharField):
    """Text as it is: nothing trimmed, no number taken for text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class LoginField(TextField):
    default_error_messages = {
        "login": "Not a login: NFC, lower case, no blanks around, no controls."
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=1, max_length=LOGIN_MOST, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        login = super().to_internal_value(data)
        if not logins.is_normal(login):
            self.fail("login")
        return login


class DeviceNameField(TextField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=1, max_length=DEVICE_NAME_MOST, **kwargs)


class TransportField(serializers.ChoiceField):
    default_error_messages = {"invalid_choice": "Neither bearer nor cookie."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=Session.Transport.choices, **kwargs)


class TokenField(wire.BytesField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(length=tokens.LENGTH, **kwargs)


class AuthField(wire.BytesField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(length=AUTH, **kwargs)


class StateBoxField(wire.BytesField):
    """The sealed account state; a larger one has a refusal of its own, with the limit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=1, most=BOX_MOST, **kwargs)

    def to_internal_value(self, data: Any) -> bytes:
        if isinstance(data, str) and len(data) > (BOX_MOST * 4 + 2) // 3:
            raise TooLarge(most=BOX_MOST)
        return super().to_internal_value(data)
