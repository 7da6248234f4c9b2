"""Sign-in with a password."""

from django.db import transaction

from accounts.models import KeySlot
from accounts.services import sessions, slots
from accounts.services.sessions import Device, Grant


def sign_in(login: str, *, auth: bytes, device: Device) -> Grant:
    """A session for whoever proves the password of `login`; a closing account may sign in too.

    Raises WrongCredentials, for an unknown login after the same work.
    """
    found = KeySlot.objects.find(login, method=KeySlot.Method.PASSWORD)
    slot = slots.check(found, auth=auth)
    with transaction.atomic():
        return sessions.grant(slots.lock(slot), device=device)
