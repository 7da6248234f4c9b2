"""One run of one command: where it works, what failed on the way, how it ends."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ..errors import Failure, Usage, failure_of, worst
from ..screen import shown

if TYPE_CHECKING:
    from ..api.transport import Api
    from ..crypto import NodeId
    from ..vault.account import Vault
    from ..vault.home import Home


class Run:
    """Given to every command as its first argument.

    What a person reads goes through `say` (the answer, standard output) and `note` (remarks,
    standard error); with --json, `say` is silent and `answer` prints the one document.
    """

    def __init__(self, *, server: str | None = None, as_json: bool = False) -> None:
        self.server = server or os.environ.get("COMMONKEEP_SERVER") or None
        self.json = as_json
        self.failed: list[tuple[str, Failure]] = []
        self._answered = False
        self._codes: set[int] = set()

    # What it works with; nothing is imported or opened before it is needed.

    @cached_property
    def home(self) -> Home:
        """The folder in which this program remembers."""
        from ..vault.home import Home, home_folder

        return Home(home_folder())

    @cached_property
    def vault(self) -> Vault:
        """The signed-in account, opened once. Raises SignedOut."""
        from ..vault.account import open_vault

        return open_vault(home=self.home, server=self.server, connect=self.connect)

    def api(self) -> Api:
        """The named server before anybody is signed in. Raises Usage if none is named."""
        if self.server is None:
            raise Usage(
                "No server is named.",
                hint="--server https://keep.example, or COMMONKEEP_SERVER; one started here with "
                "`make run` is http://127.0.0.1:8000",
            )
        api = self.connect(self.server, None)
        api.patient = False
        return api

    def connect(self, server: str, token: str | None) -> Api:
        """A server, with the choices of this run."""
        from ..api.transport import Api

        plain = os.environ.get("COMMONKEEP_PLAIN_HTTP") == "1"
        return Api(server, token, plain_http=plain, on_wait=self._waiting)

    def _waiting(self, seconds: float) -> None:
        self.note(f"the server is busy or away; trying again in {seconds:.0f} s")

    # What it says.

    def say(self, text: str = "") -> None:
        """A line of the answer; names in it must have gone through `shown`."""
        if not self.json:
            click.echo(text)

    def note(self, text: str) -> None:
        """A remark beside the answer."""
        click.echo(text, err=True)

    def answer(self, **members: Any) -> None:
        """The document of --json. What failed is added; nothing is printed without --json."""
        if self.json:
            self._print({**members, "failed": self.failures()})

    def failures(self) -> list[dict[str, object]]:
        """What failed, for a document."""
        return [{"item": item, **_document(failure)} for item, failure in self.failed]

    def fail(self, failure: Failure, *, item: str = "") -> None:
        """Note one thing that was not done: its line is printed now, the exit code follows."""
        self.failed.append((item, failure))
        self._codes.add(failure.exit_code)
        prefix = f"{item}: " if item and item not in failure.message else ""
        click.echo(shown(f"error: {prefix}{failure.message}"), err=True)
        if failure.hint:
            click.echo(shown(f"hint: {failure.hint}"), err=True)

    def refused(self, node: NodeId, failure: Failure) -> None:
        """Note an item of a listing that failed a check; all that is known of it is its id."""
        from ..crypto import b64url

        self.fail(failure, item=b64url(node))

    @contextmanager
    def item(self, item: str) -> Iterator[None]:
        """One of several things to do: if it fails, the others go on."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - failure_of raises what is no failure
            self.fail(failure_of(error), item=item)

    # How it ends.

    @property
    def exit_code(self) -> int:
        return worst(self._codes)

    def give_up(self, failure: Failure) -> None:
        """The whole command failed."""
        self.fail(failure)
        self.answer_failure(failure)

    def answer_failure(self, failure: Failure) -> None:
        """The document of --json for a command that was not carried out, if none was printed."""
        if self.json and not self._answered:
            self._print({"error": _document(failure)})

    def end(self, ctx: click.Context) -> NoReturn:
        """Leave with the exit code."""
        ctx.exit(self.exit_code)

    def close(self) -> None:
        """Let go of what was opened."""
        opened = self.__dict__.get("vault")
        if opened is not None:
            opened.marks.close()
            opened.api.close()

    def _print(self, document: dict[str, Any]) -> None:
        # ASCII only: names from elsewhere cannot move a terminal's cursor in this form either.
        click.echo(json.dumps(document))
        self._answered = True


def _document(failure: Failure) -> dict[str, object]:
    return {"message": failure.message, "hint": failure.hint, "exit": failure.exit_code}
