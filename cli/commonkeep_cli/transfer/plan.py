"""What a put has to do: walk the local side, look at the remote one once, and compare.

Folders that are not there yet get their id and key here, so that everything below them can be
sealed before any of it is sent.
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from .. import crypto
from ..local.placing import Place, milliseconds
from ..local.walking import Found, Kind, walk
from ..vault.entry import Entry, entry_of
from .listings import Listings
from .report import Report

Known = Callable[[Found, Entry], bool]
"""Whether a local file is known to be what lies there."""

_ALL_OF_IT = "{} (the folder and all in it)"


@dataclass(slots=True)
class Spot:
    """A remote folder as a put knows it. `node` is set for one that is to be made."""

    entry: Entry
    look: Callable[[], dict[str, Entry]] = dict
    parent: Spot | None = None
    node: crypto.Node | None = None
    path: str = ""
    lost: bool = False
    _known: dict[str, Entry] | None = None

    @property
    def known(self) -> dict[str, Entry]:
        """What lies in it, by name: looked at once, when first asked for."""
        if self._known is None:
            self._known = self.look()
        return self._known

    def forget(self) -> None:
        """What lies in it may have changed."""
        self._known = None

    @property
    def folder(self) -> crypto.Folder:
        return self.entry.folder


@dataclass(slots=True)
class Job:
    """A local file that is to be sent into `spot`, as a new revision of `existing` if set."""

    found: Found
    spot: Spot
    name: str
    existing: Entry | None = None


@dataclass(slots=True)
class Plan:
    """Folders to make, parents first, and files to send."""

    folders: list[Spot] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """Something local and where it is to be; without a name its content goes into the folder."""

    path: str
    parent: Spot
    name: str | None
    node: crypto.NodeId | None = None


class Twins:
    """Remote folders and the local ones that go into them."""

    def __init__(self) -> None:
        self._paths: dict[crypto.NodeId, str] = {}

    def add(self, folder: Entry, path: str) -> None:
        """The local folder at `path` goes into this one."""
        self._paths[folder.node] = path

    def below(self, folder: Entry, entries: list[Entry]) -> Iterator[Entry]:
        """Of what lies in a remote folder, the folders that its local twin has too."""
        path = self._paths.get(folder.node)
        if path is None:
            return
        for one in entries:
            local = os.path.join(path, one.name)
            if one.is_folder and os.path.isdir(local):
                self.add(one, local)
                yield one


class Planner:
    """Fills a plan from one source after the other; what cannot be put is reported."""

    def __init__(
        self,
        *,
        author: crypto.Identity,
        listings: Listings,
        twins: Twins,
        known: Known,
        report: Report,
    ) -> None:
        self.plan = Plan()
        self._author = author
        self._listings = listings
        self._twins = twins
        self._known = known
        self._report = report

    def add(self, source: Source) -> None:
        """Walk a source and note what is to be done for it."""
        spots: dict[Place, Spot | None] = {}
        for found in walk(source.path):
            if found.place and spots.get(found.place[:-1]) is None:
                continue  # its folder was reported
            self._take(source, spots, found)

    def _take(self, source: Source, spots: dict[Place, Spot | None], found: Found) -> None:
        match found.kind:
            case Kind.SKIPPED:
                self._report.leave_out(found.path, found.reason)
            case Kind.FAILED:
                self._report.fail(found.path, found.reason)
            case Kind.FOLDER:
                spots[found.place] = self._folder(source, spots, found)
            case Kind.FILE:
                self._file(source, spots, found)

    def _folder(self, source: Source, spots: dict[Place, Spot | None], found: Found) -> Spot | None:
        if not found.place and source.name is None:
            return source.parent
        parent, name = _position(source, spots, found)
        existing = parent.known.get(name)
        if existing is None:
            node = None if found.place else source.node
            return self._new_folder(parent, name, found, node)
        if not existing.is_folder:
            reason = "a file of that name is in the folder already"
            self._report.fail(_ALL_OF_IT.format(found.path), reason)
            return None
        self._twins.add(existing, found.path)
        return Spot(existing, partial(self._known_in, existing), path=found.path)

    def _known_in(self, folder: Entry) -> dict[str, Entry]:
        return {one.name: one for one in self._listings.of(folder)}

    def _new_folder(
        self, parent: Spot, name: str, found: Found, id: crypto.NodeId | None
    ) -> Spot | None:
        meta = crypto.FolderMeta(name, milliseconds(found.mtime_ns))
        try:
            node = crypto.node.create(meta, folder=parent.folder, author=self._author, id=id)
        except crypto.BadInput as error:
            self._report.fail(_ALL_OF_IT.format(found.path), str(error))
            return None
        spot = Spot(entry_of(node), parent=parent, node=node, path=found.path)
        self.plan.folders.append(spot)
        return spot

    def _file(self, source: Source, spots: dict[Place, Spot | None], found: Found) -> None:
        spot, name = _position(source, spots, found)
        existing = spot.known.get(name)
        if existing is not None and existing.is_folder:
            self._report.fail(found.path, "a folder of that name is there already")
        elif existing is not None and self._known(found, existing):
            self._report.skip()
        else:
            self.plan.jobs.append(Job(found, spot, name, existing))


def _position(source: Source, spots: dict[Place, Spot | None], found: Found) -> tuple[Spot, str]:
    if found.place:
        spot = spots[found.place[:-1]]
        assert spot is not None
        return spot, found.place[-1]
    assert source.name is not None
    return source.parent, source.name


def equal(found: Found, existing: Entry) -> bool:
    """Whether size and time (in milliseconds) say that nothing changed."""
    meta = existing.meta
    if not isinstance(meta, crypto.FileMeta):
        return False
    return meta.size == found.size and meta.mtime == milliseconds(found.mtime_ns)


# The table that comes with Python, not the machine's: the same file gets the same type anywhere.
_TYPES = mimetypes.MimeTypes()


def mime(name: str) -> str:
    """The media type that a name suggests."""
    return _TYPES.guess_type(name, strict=False)[0] or "application/octet-stream"
