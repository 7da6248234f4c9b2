"""Who may store how much: reserve, commit, release, each one conditional UPDATE.

What counts, in bytes: the ciphertext of each revision, `ROW` for each node and each revision,
thumbnails, and what open uploads have reserved. Trash and old versions count until they are gone.
"""

from uuid import UUID

from django.conf import settings
from django.db.models import F

from storage.errors import OverCeiling
from storage.models import Drive

ROW = 1024


def ceiling(drive_id: UUID) -> int:
    """The most that this drive may hold, in bytes: today the same figure for everybody."""
    return int(settings.CEILING)


def reserve(drive_id: UUID, size: int) -> None:
    """Take `size` bytes of room for an upload, or raise `OverCeiling`."""
    _take(drive_id, size, reserved=F("reserved") + size)


def charge(drive_id: UUID, size: int, *, reserved: int = 0) -> None:
    """Count `size` bytes as used, giving back what was `reserved` for them."""
    _take(drive_id, size - reserved, used=F("used") + size, reserved=F("reserved") - reserved)


def release(drive_id: UUID, reserved: int) -> None:
    """Give back room that was reserved and is not needed."""
    Drive.objects.filter(pk=drive_id).update(reserved=F("reserved") - reserved)


def refund(drive_id: UUID, size: int) -> None:
    """What was removed for good no longer counts."""
    Drive.objects.filter(pk=drive_id).update(used=F("used") - size)


def _take(drive_id: UUID, growth: int, **columns: F | object) -> None:
    rows = Drive.objects.filter(pk=drive_id)
    if growth > 0:
        # One statement looks and takes, so that racing requests cannot both have the last byte.
        most = ceiling(drive_id) - growth
        rows = rows.alias(held=F("used") + F("reserved")).filter(held__lte=most)
    if not rows.update(**columns):
        drive = Drive.objects.get(pk=drive_id)
        raise OverCeiling(
            used=drive.used,
            reserved=drive.reserved,
            ceiling=ceiling(drive_id),
            needed=growth,
        )
