"""`ls`: what is in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import click

from . import render
from .command import command
from .run import Run

if TYPE_CHECKING:
    from ..vault.entry import Entry

_SORTED_UP_TO: Final = 5_000


@command()
@click.argument("path", default="/")
@click.option("-l", "long", is_flag=True, help="Also size and time of change.")
@click.option("-U", "unsorted", is_flag=True, help="Show entries as they come.")
def ls(run: Run, path: str, long: bool, unsorted: bool) -> None:
    """List a folder, or show one file. PATH is / if left out.

    Sorted by name; what comes after the first 5,000 entries is shown as it comes.
    """
    from ..vault import tree

    entry = tree.resolve(run.vault, path)
    found = _children(run, entry) if entry.is_folder else iter([entry])
    if not unsorted:
        found = _sorted_first(found)
    if run.json:
        _print_document(run, path, found)
        return
    for one in found:
        label = render.name(one)
        run.say(render.long_line(one, label) if long else label)


def _children(run: Run, folder: Entry) -> Iterator[Entry]:
    from ..vault import tree

    return tree.children(run.vault, folder, on_refused=run.refused)


def _sorted_first(found: Iterator[Entry]) -> Iterator[Entry]:
    first = sorted(islice(found, _SORTED_UP_TO), key=lambda entry: entry.name)
    return chain(first, found)


def _print_document(run: Run, path: str, found: Iterator[Entry]) -> None:
    """One JSON document, written while the pages come in; it ends whole if they do not."""
    click.echo(f'{{"path": {json.dumps(path)}, "items": [', nl=False)
    with run.item(path):
        for index, entry in enumerate(found):
            click.echo((", " if index else "") + json.dumps(render.document(entry)), nl=False)
    click.echo(f'], "failed": {json.dumps(run.failures())}}}')
