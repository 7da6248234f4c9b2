"""How a command is declared: `@command()` on a function whose first argument is the `Run`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ..errors import INTERRUPTED, USAGE, Failure, failure_of
from .run import Run


def stopped(stop: BaseException) -> Failure:
    """What ended a command from outside: Ctrl-C, or standard input that ended too early."""
    if isinstance(stop.__context__, EOFError):
        return Failure("The input ended before it was answered.", exit_code=USAGE)
    message = "interrupted: what was acknowledged is safe; run it again to go on."
    return Failure(message, exit_code=INTERRUPTED)


class Command(click.Command):
    """A command that also takes --json and --server behind its name, and ends as `Run` says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += [_json_option(), _server_option()]

    def invoke(self, ctx: click.Context) -> None:
        run = ctx.ensure_object(Run)
        try:
            super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort) as stop:
            run.answer_failure(stopped(stop))
            raise
        except (click.exceptions.Exit, click.ClickException):
            raise
        except Exception as error:  # noqa: BLE001 - failure_of raises what is no failure
            run.give_up(failure_of(error))
        run.end(ctx)


class Group(click.Group):
    """A command of several actions; without one it takes `list`."""

    command_class = Command
    default = "list"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        asks_for_help = any(arg in ctx.help_option_names for arg in args[:1])
        if not asks_for_help and (not args or args[0].startswith("-")):
            args = [self.default, *args]
        return super().parse_args(ctx, args)


def command(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., None]], Command]:
    """Declare a command; parameters follow as click.option and click.argument below it."""

    def declare(function: Callable[..., None]) -> Command:
        return click.command(name, cls=Command, **attributes)(click.pass_obj(function))

    return declare


def dry_run() -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option --dry-run, given to the function as `dry_run`."""
    return click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")


def _json_option() -> click.Option:
    def choose(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            ctx.ensure_object(Run).json = True

    return click.Option(
        ["--json"], is_flag=True, expose_value=False, callback=choose, help="Answer in JSON."
    )


def _server_option() -> click.Option:
    def choose(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value:
            ctx.ensure_object(Run).server = value

    return click.Option(
        ["--server"], metavar="URL", expose_value=False, callback=choose, help="The server."
    )
