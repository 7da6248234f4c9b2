"""Where listings of folders come from: a server, many at a time, or a bundle."""

from __future__ import annotations

from typing import Protocol

from ..vault.entry import Entry


class Listings(Protocol):
    """What lies in folders."""

    def of(self, folder: Entry, /) -> list[Entry]:
        """What lies in one, sorted by name. Raises Refused for records that fail a check."""
