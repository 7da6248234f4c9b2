"""What a get has to do: which remote files go where, and which of them are there already."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ..errors import NotFound, Usage
from ..local import names
from ..local.placing import NotPlaced, Place, Target, milliseconds
from ..vault import paths, tree
from ..vault.account import Vault
from ..vault.entry import Entry
from .fetching import Stored
from .index import Index, Local
from .listings import Listings
from .report import Report

Known = Callable[[Local, Entry], bool]

_ALL_OF_IT = "{} (the folder and all in it)"


@dataclass(frozen=True, slots=True)
class Wish:
    """A remote file or folder and the place it is for; `path` is the remote one."""

    entry: Entry
    place: Place
    path: str
    replace: bool = False

    @property
    def stored(self) -> Stored:
        return Stored.of(self.entry.node, self.entry.key, self.entry.file)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person may choose: to replace what differs, and to take any name."""

    overwrite: bool = False
    any_name: bool = False


@dataclass(slots=True)
class Wishes:
    """Folders, parents first, and files to fetch."""

    folders: list[Wish] = field(default_factory=list)
    files: list[Wish] = field(default_factory=list)


class Chooser:
    """Fills the wishes from one remote path after the other."""

    def __init__(
        self,
        *,
        listings: Listings,
        known: Known,
        report: Report,
        target: Target,
        choice: Choice,
    ) -> None:
        self.wishes = Wishes()
        self._listings = listings
        self._known = known
        self._report = report
        self._target = target
        self._choice = choice

    def add(self, entry: Entry, place: Place, path: str) -> None:
        """Take a remote file or folder with all below it."""
        if place and place[-1] == entry.name and not self._may_be_named(entry, path):
            return
        waiting = [Wish(entry, place, path)]
        while waiting:
            wish = waiting.pop()
            paths.check_depth(wish.path)
            if not wish.entry.is_folder:
                self._file(wish)
                continue
            self.wishes.folders.append(wish)
            below = list(self._below(wish))
            waiting.extend(reversed(below))

    def _below(self, wish: Wish) -> Iterator[Wish]:
        for entry in self._listings.of(wish.entry):
            path = paths.join(wish.path, entry.name)
            if self._may_be_named(entry, path):
                yield Wish(entry, (*wish.place, entry.name), path)

    def _may_be_named(self, entry: Entry, path: str) -> bool:
        """Whether the entry's name may be one of this computer's; reported if not."""
        fault = names.fault(entry.name, any_name=self._choice.any_name)
        if fault is None:
            return True
        if names.fault(entry.name, any_name=True) is None:
            fault += " (--any-name takes it all the same)"
        self._report.fail(_ALL_OF_IT.format(path) if entry.is_folder else path, fault)
        return False

    def _file(self, wish: Wish) -> None:
        try:
            seen = self._target.look(wish.place)
        except NotPlaced as error:
            self._report.fail(wish.path, str(error))
            return
        if seen is None:
            self.wishes.files.append(wish)
        elif self._is_equal(wish, seen):
            self._report.skip()
        elif self._choice.overwrite and not stat.S_ISDIR(seen.st_mode):
            self.wishes.files.append(Wish(wish.entry, wish.place, wish.path, replace=True))
        else:
            where = os.path.join(self._target.path, *wish.place)
            self._report.fail(wish.path, f"{where} is there already and differs")

    def _is_equal(self, wish: Wish, seen: os.stat_result) -> bool:
        if not stat.S_ISREG(seen.st_mode):
            return False
        meta = wish.entry.file
        if (meta.size, meta.mtime) == (seen.st_size, milliseconds(seen.st_mtime_ns)):
            return True
        local = Local.of(os.path.join(self._target.path, *wish.place), seen)
        return self._known(local, wish.entry)


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a get lands: a local folder, and per remote path the place below it."""

    folder: str
    places: list[tuple[Entry, Place, str]]


def landing(
    vault: Vault, index: Index, remotes: Sequence[str], local: str, report: Report
) -> Landing:
    """Resolve the command line as `cp -r` does. Raises NotFound, and Usage where cp refuses.

    Of several things those that are missing are reported, and the others go on.
    """
    if len(remotes) == 1:
        path = paths.join(*paths.split(remotes[0]))
        return _landing_of_one(index, tree.resolve(vault, path), path, local)
    if not os.path.isdir(local):
        raise Usage(f"{local} is not a folder.", hint="Several things go into a folder.")
    places = list(_found(vault, remotes, report))
    if len({place for _, place, _ in places}) != len(places):
        raise Usage("Two of these have the same name.", hint="Get them one at a time.")
    return Landing(local, places)


def _landing_of_one(index: Index, entry: Entry, path: str, local: str) -> Landing:
    if os.path.isdir(local):
        is_same = index.placed(_source(path), _absolute(local)) == _mark(local)
        return Landing(local, [(entry, () if is_same else _own_place(entry), path)])
    folder, name = os.path.split(os.path.abspath(local))
    if not entry.is_folder and local.endswith(os.sep):
        raise Usage(f"There is no folder {local}.", hint="Make it first, or leave out the slash.")
    return Landing(folder, [(entry, (name,), path)])


def _found(
    vault: Vault, remotes: Sequence[str], report: Report
) -> Iterator[tuple[Entry, Place, str]]:
    for remote in remotes:
        path = paths.join(*paths.split(remote))
        try:
            entry = tree.resolve(vault, path)
        except NotFound as error:
            report.fail(path, error.message)
            continue
        yield entry, _own_place(entry), path


def remember(index: Index, path: str, local: str) -> None:
    """Note that this command made the folder `local`: given again, it means that one."""
    index.place(_source(path), _absolute(local), _mark(local))


def _own_place(entry: Entry) -> Place:
    return (entry.name,) if entry.name else ()


def _source(path: str) -> str:
    return f"get {path}"


def _absolute(local: str) -> str:
    return os.path.abspath(local).encode(errors="backslashreplace").decode()


def _mark(local: str) -> bytes:
    seen = os.stat(local)
    return f"{seen.st_dev}:{seen.st_ino}".encode()
