"""Where things land: as `cp -r` does, into an existing folder, else under the given name.

One difference is meant: a command that made its target by name and is given again means that
target, and not a folder inside it. Or nothing could be resumed by the same command.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Sequence

from .. import crypto
from ..errors import NotFound, Usage
from ..vault import paths, tree
from ..vault.account import Vault
from ..vault.entry import Entry
from .index import Index
from .plan import Source, Spot

STREAM = "-"


def sources(vault: Vault, index: Index, locals: Sequence[str], remote: str) -> list[Source]:
    """The sources of a put and where each belongs. Raises Usage where `cp -r` would refuse."""
    there = _lookup(vault, remote)
    if there is not None and there.is_folder:
        return _into(vault, index, locals, remote, there)
    if len(locals) > 1:
        raise Usage(f"{remote} is not a folder.", hint="Several things go into a folder.")
    return [_under(vault, index, locals[0], remote, there)]


def stream(vault: Vault, remote: str) -> tuple[Spot, str]:
    """Where a stream from standard input belongs: it needs a name."""
    there = _lookup(vault, remote)
    if there is not None and there.is_folder:
        raise Usage(
            f"{remote} is a folder.", hint="What comes as a stream needs a name: put - /folder/name"
        )
    _check_no_folder_meant(remote)
    folder, name = _above(vault, remote)
    return _spot(vault, folder), name


def _into(
    vault: Vault, index: Index, locals: Sequence[str], remote: str, folder: Entry
) -> list[Source]:
    spot = _spot(vault, folder)
    if len(locals) == 1 and index.placed(_absolute(locals[0]), _normal(remote)) == folder.node:
        return [Source(locals[0], spot, None)]
    names = [_own_name(local) for local in locals]
    named = [name for name in names if name is not None]
    if len(set(named)) != len(named):
        raise Usage("Two of these have the same name.", hint="Put them one at a time.")
    return [Source(local, spot, name) for local, name in zip(locals, names, strict=True)]


def _under(vault: Vault, index: Index, local: str, remote: str, there: Entry | None) -> Source:
    is_folder = _is_folder(local)
    if there is not None and is_folder:
        raise Usage(f"{remote} is a file and {local} a folder.", hint="Choose another name.")
    if not is_folder:
        _check_no_folder_meant(remote)
    folder, name = _above(vault, remote)
    node = crypto.node.new_id()
    if is_folder:
        index.place(_absolute(local), _normal(remote), node)
    return Source(local, _spot(vault, folder), name, node)


def _check_no_folder_meant(remote: str) -> None:
    if remote.endswith("/"):
        raise NotFound(f"There is no folder {remote} in the account.", hint="commonkeep mkdir")


def _above(vault: Vault, remote: str) -> tuple[Entry, str]:
    names = paths.split(remote)
    return tree.resolve(vault, paths.join(*names[:-1])), names[-1]


def _lookup(vault: Vault, remote: str) -> Entry | None:
    try:
        return tree.resolve(vault, remote)
    except NotFound:
        return None


def _spot(vault: Vault, folder: Entry) -> Spot:
    return Spot(folder, lambda: {entry.name: entry for entry in tree.children(vault, folder)})


def _normal(remote: str) -> str:
    return paths.join(*paths.split(remote))


def _absolute(local: str) -> str:
    return os.path.abspath(local).encode(errors="backslashreplace").decode()


def _is_folder(local: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(local).st_mode)
    except OSError:
        return False


def _own_name(local: str) -> str | None:
    """The name it keeps inside a folder; None for `x/.` and the like, which mean the content."""
    last = local.rstrip("/").rpartition("/")[2]
    return None if last in ("", ".", "..") else unicodedata.normalize("NFC", last)
