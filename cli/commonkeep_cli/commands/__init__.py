"""`commonkeep`: the commands, found by name and loaded only when called.

Commands translate: they parse, call one function of `vault` or `transfer`, and render.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import click

from ..errors import INTERRUPTED, Usage
from .command import stopped
from .run import Run

# name → (module, what `commonkeep --help` says); the object in the module is named like the
# command, with _ for -.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "signup": ("signup", "Make an account."),
    "login": ("login", "Sign in on this device."),
    "logout": ("login", "Sign out and wipe the keys from this device."),
    "passwd": ("passwd", "Change the password."),
    "recover": ("recover", "Open the account with its recovery code and set a new password."),
    "sessions": ("sessions", "List the devices that are signed in, or end their sessions."),
    "put": ("put", "Encrypt files and folders and send them."),
    "get": ("get", "Fetch files and folders, check and decrypt them."),
    "ls": ("ls", "List a folder."),
    "tree": ("tree", "Draw everything below a folder."),
    "mkdir": ("mkdir", "Make a folder."),
    "mv": ("mv", "Move or rename files and folders."),
    "rm": ("rm", "Put files and folders into the trash."),
    "trash": ("trash", "List, restore or empty the trash."),
    "versions": ("versions", "List the versions of a file, or restore one."),
    "quota": ("quota", "Say how much room there is."),
    "verify": ("verify", "Check that what is stored is what was put."),
    "export": ("bundle", "Write everything into a bundle that needs no server."),
    "decrypt-bundle": ("bundle", "Open a bundle offline."),
    "close": ("close", "Close the account, or keep it after all."),
}

_EPILOG: Final = """\b
Variables:
  COMMONKEEP_SERVER      the server, like --server
  COMMONKEEP_HOME        the folder in which this program remembers
  COMMONKEEP_PASSWORD    the password, where nobody can be asked

\b
Exit codes: 0 done, 1 some failed, 2 usage, 3 not signed in, 4 no room left,
5 refused as tampered, 130 interrupted."""


class Commands(click.Group):
    """Imports a command's module when it is called, and prints every failure in one way."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f".{COMMANDS[cmd_name][0]}", __name__)
        command = getattr(module, cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def main(self, args: Sequence[str] | None = None, *others: Any, **options: Any) -> NoReturn:
        given = sys.argv[1:] if args is None else list(args)
        try:
            code = super().main(given, *others, **{**options, "standalone_mode": False})
        except click.Abort as abort:
            code = _interrupted(abort)
        except click.ClickException as error:
            # What cannot be parsed has no `Run` yet that would know of --json.
            code = _misused(error, Run(as_json="--json" in given))
        sys.exit(code or 0)


def _interrupted(abort: click.Abort) -> int:
    failure = stopped(abort)
    prefix = "" if failure.exit_code == INTERRUPTED else "error: "
    click.echo(f"{prefix}{failure.message}", err=True)
    return failure.exit_code


def _misused(error: click.ClickException, run: Run) -> int:
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"{ctx.command_path if ctx else 'commonkeep'} --help"
    run.give_up(Usage(error.format_message(), hint=hint))
    return run.exit_code


@click.command(
    "commonkeep",
    cls=Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--server", metavar="URL", help="The server, such as https://keep.example.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.version_option(package_name="commonkeep", prog_name="commonkeep")
@click.pass_context
def main(ctx: click.Context, server: str | None, as_json: bool) -> None:
    """Free, end-to-end-encrypted cloud storage. Paths in the account look like /Photos/2024.

    Everything is encrypted before it leaves this machine and checked when it comes back.
    """
    run = ctx.obj = Run(server=server, as_json=as_json)
    ctx.call_on_close(run.close)
