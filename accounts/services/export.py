"""Everything the server holds about an account, as one JSON document.

Each app contributes its own part when it is ready; parts are written out one after the other, so
that a large drive never has to fit into memory.
"""

import json
from collections.abc import Callable, Iterator

from accounts.models import Account

Contribution = Callable[[Account], object]

_parts: dict[str, Contribution] = {}


def contribute(name: str, function: Contribution) -> None:
    """Register `function(account)`, called from `AppConfig.ready`, under the member `name`.

    It returns what `json.dumps` takes, with bytes, ids and times spelt as in the API. Where a
    list is long, an iterator in its place (at the top, or as a member of a dict) is written as an
    array item by item. Never secrets or hashes of them; boxes and signatures yes.
    """
    if _parts.setdefault(name, function) is not function:
        raise ValueError(f"two parts of the export are named {name}")


def document(account: Account) -> Iterator[str]:
    """The JSON text in pieces."""
    return _object({name: function(account) for name, function in _parts.items()})


def _pieces(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _object(value)
    elif isinstance(value, Iterator):
        yield from _enclosed("[", (_pieces(item) for item in value), "]")
    else:
        yield json.dumps(value, ensure_ascii=False)


def _object(members: dict[str, object]) -> Iterator[str]:
    return _enclosed("{", (_member(name, value) for name, value in members.items()), "}")


def _member(name: str, value: object) -> Iterator[str]:
    yield f"{json.dumps(name)}:"
    yield from _pieces(value)


def _enclosed(opening: str, items: Iterator[Iterator[str]], closing: str) -> Iterator[str]:
    yield opening
    for index, item in enumerate(items):
        if index:
            yield ","
        yield from item
    yield closing
