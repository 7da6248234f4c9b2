"""This app's part of the export: all that is kept about an account, save hashes of secrets."""

from datetime import datetime

from accounts.models import Account, Certificate, KeySlot
from commonkeep.wire import encode, encode_id, milliseconds


def of(account: Account) -> dict[str, object]:
    return {
        "user": encode_id(account.id),
        "login": account.login,
        "created_at": milliseconds(account.created_at),
        "closes_at": _when(account.closes_at),
        "key_slots": [_slot(slot) for slot in account.slots.order_by("method")],
        "certificates": [_certificate(row) for row in account.certificates.all()],
        "sessions": _sessions(account),
        "known_devices": _devices(account),
        "recovery_tickets": _tickets(account),
        "state": _state(account),
    }


def _slot(slot: KeySlot) -> dict[str, object]:
    return {
        "method": KeySlot.Method(slot.method).name.lower(),
        "account_salt": _octets(slot.account_salt),
        "profile": slot.profile,
        "box": encode(slot.box),
        "amk_gen": slot.amk_gen,
        "changed_at": milliseconds(slot.changed_at),
    }


def _certificate(row: Certificate) -> dict[str, object]:
    keys = {"ed_pk": row.ed_pk, "xw_pk": row.xw_pk, "sig": row.sig}
    return {"gen": row.gen, **{name: encode(value) for name, value in keys.items()}}


def _sessions(account: Account) -> list[dict[str, object]]:
    return [
        {
            "session": encode_id(row.id),
            "device_name": row.device_name,
            "transport": row.transport,
            "created_at": milliseconds(row.created_at),
            "seen_at": milliseconds(row.seen_at),
        }
        for row in account.sessions.order_by("created_at")
    ]


def _devices(account: Account) -> list[dict[str, object]]:
    return [
        {"created_at": milliseconds(row.created_at), "seen_at": milliseconds(row.seen_at)}
        for row in account.devices.order_by("created_at")
    ]


def _tickets(account: Account) -> list[dict[str, object]]:
    return [
        {"expires_at": milliseconds(row.expires_at), "used_at": _when(row.used_at)}
        for row in account.tickets.order_by("expires_at")
    ]


def _state(account: Account) -> dict[str, object]:
    return {"version": account.state.version, "box": _octets(account.state.box)}


def _when(moment: datetime | None) -> int | None:
    return None if moment is None else milliseconds(moment)


def _octets(data: bytes | memoryview | None) -> str | None:
    return None if data is None else encode(data)
