"""Many folders and small files in one request: one blob, one transaction, all or nothing."""

from io import BytesIO

from accounts.models import Account
from commonkeep.errors import Problem
from storage.models import Blob, Node
from storage.services import blobs, drives, placing, settle
from storage.services.placing import Item, Piece, Placing
from storage.services.records import Authors

MOST_NODES = 100
MOST_FILE = 262_144
MOST_CONTENT = 8 * 1024 * 1024


def put(account: Account, items: list[Item], content: bytes) -> list[Node]:
    """Place the items; the files' contents stand in `content` one after the other.

    A problem carries the `index` of the item that is wrong, and nothing is kept of the others.
    """
    _require_signatures(account, items)
    blob = _receive(account, content)
    try:
        return _place(account, items, blob)
    except BaseException:
        if blob:
            blobs.abandon(blob)
        raise


def _require_signatures(account: Account, items: list[Item]) -> None:
    authors = Authors(account)
    for index, item in enumerate(items):
        with _Numbered(index):
            authors.require(item.record)


def _receive(account: Account, content: bytes) -> Blob | None:
    if not content:
        return None
    return blobs.receive(
        account.pk,
        BytesIO(content),
        store=Blob.Store.DOCK,
        kind=Blob.Kind.PACK,
        size=len(content),
    )


@drives.twice_if_taken
def _place(account: Account, items: list[Item], blob: Blob | None) -> list[Node]:
    with drives.locked(account.pk) as drive:
        if blob:
            blobs.keep(blob)
        items = _with_pieces(items, blob)
        batch = Placing(drive, items)
        nodes = []
        for index, item in enumerate(items):
            with _Numbered(index):
                nodes.append(batch.add(item))
        batch.write()
        if blob:
            placing.condemn_unused([blob])
            settle.soon(blob)
    return nodes


def _with_pieces(items: list[Item], blob: Blob | None) -> list[Item]:
    placed, offset = [], 0
    for item in items:
        if blob and item.size:
            piece = Piece(blob, offset, item.size)
            item = Item(item.record, item.rev, item.size, item.thumb, [piece])
            offset += item.size or 0
        placed.append(item)
    return placed


class _Numbered:
    """Names the item in whatever is refused of it."""

    def __init__(self, index: int) -> None:
        self._index = index

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Problem):
            error.members["index"] = self._index
