"""`verify`: is what is stored what was put?"""

from __future__ import annotations

import click

from .command import command
from .moving import moving
from .run import Run


@command()
@click.argument("path", default="/")
def verify(run: Run, path: str) -> None:
    """Check that what is stored below PATH is what was put.

    Every record's signature is checked and every byte read once and held to the hash that its
    record was signed with. Nothing is written. A line for each that is refused, and exit code 5.
    """
    from ..transfer.verify import Verify
    from ..vault import paths, tree

    with moving(run, "verified") as report:
        entry = tree.resolve(run.vault, path)
        Verify(run.vault, report).run(entry, paths.join(path))
