"""Reading everything once and checking it: every record's signature, every byte of every file.

Nothing is placed anywhere. Bytes are held to the root that the file's signed record names.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..api.content import Server
from ..crypto import NodeId
from ..errors import Failure
from ..vault import paths
from ..vault.account import Vault
from ..vault.entry import Entry
from ..vault.listings import Listings
from .fetch_all import Fetch, FetchAll
from .fetching import Ranges, Stored, open_small
from .report import Report


@dataclass(frozen=True, slots=True)
class Checked:
    """A file to be read."""

    stored: Stored
    path: str


@dataclass
class Verify:
    """One check of a path and all below it."""

    vault: Vault
    report: Report
    records: int = 0

    def run(self, entry: Entry, path: str) -> None:
        """Check it all; each that is refused becomes a line of the report."""
        with Listings(self.vault) as listings:
            files = self._walk(entry, path, listings)
        self.report.expect(len(files), sum(file.stored.size for file in files))
        FetchAll(Server(self.vault.api), self.report).run(files, self)

    def _walk(self, top: Entry, path: str, listings: Listings) -> list[Checked]:
        found, waiting = [], [(path, top)]
        while waiting:
            path, entry = waiting.pop()
            self.records += entry.record is not None
            paths.check_depth(path)
            if entry.is_folder:
                waiting.extend(self._below(entry, path, listings))
            else:
                found.append(Checked(Stored.of(entry.node, entry.key, entry.file), path))
        return found

    def _below(self, folder: Entry, path: str, listings: Listings) -> list[tuple[str, Entry]]:
        def on_refused(node: NodeId, _: Failure) -> None:
            reason = f"the record of an item in it ({node.hex()}) is not what its author signed"
            self.report.fail(path, reason, refused=True)

        self.report.made(1)
        below = listings.of(folder, on_refused)
        return [(paths.join(path, entry.name), entry) for entry in reversed(below)]

    def small(self, wanted: Checked, data: memoryview) -> None:
        """Check a file of one segment."""
        open_small(wanted.stored, data)
        self.report.moved(wanted.stored.size)

    def large(self, wanted: Checked, fetch: Fetch) -> None:
        """Check a file part by part."""
        fetch(
            Ranges(Server(self.vault.api), wanted.stored, write=_nowhere, moved=self.report.moved)
        )


def _nowhere(_: int, __: memoryview, ___: memoryview) -> None:
    """Checked is all it was to be."""
