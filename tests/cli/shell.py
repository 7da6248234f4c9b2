"""A person at a shell: runs `commonkeep` in this process and compares transcripts."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from commonkeep_cli.commands import main

PASSWORD = "correct horse battery staple"


@dataclass
class Shell:
    """One device of one person: its home, its server, its password."""

    home: Path
    server: str
    password: str = PASSWORD
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, *args: str, stdin: str | None = None) -> Result:
        """Run one command. A fault of the program is raised, an exit code is in the result."""
        variables: dict[str, str | None] = {
            "COMMONKEEP_HOME": str(self.home),
            "COMMONKEEP_SERVER": self.server,
            "COMMONKEEP_PASSWORD": self.password,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            **self.variables,
        }
        result = CliRunner(env=variables).invoke(main, args, input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def ok(self, *args: str, stdin: str | None = None) -> str:
        """Standard output of a command that must succeed."""
        result = self.run(*args, stdin=stdin)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *args: str) -> Any:
        """The document of a command that must succeed."""
        return json.loads(self.ok(*args, "--json"))

    def sign_up(self, login: str, recovery_file: Path | None = None) -> Shell:
        file = recovery_file or self.home.with_name(f"{self.home.name}-{login}.txt")
        self.ok("signup", login, "--recovery-file", str(file))
        return self

    def play(self, transcript: str) -> None:
        """Run what stands behind each `$ ` and compare what follows, output and errors as a
        person sees them. `…` stands for any text in a line; `[1]` is an exit code other than 0.
        """
        for command, expected in _scenes(transcript):
            result = self.run(*shlex.split(command)[1:])
            code = f"[{result.exit_code}]\n" if result.exit_code else ""
            seen = result.output + code
            assert re.fullmatch(_pattern(expected), seen), f"$ {command}\n{seen}"


def _scenes(transcript: str) -> list[tuple[str, str]]:
    lines = [line.strip() for line in transcript.strip("\n").splitlines()]
    lines = [line.removeprefix("|") for line in lines]
    scenes = [part.partition("\n") for part in "\n".join(lines).split("$ ")[1:]]
    return [(command, output.strip("\n")) for command, _, output in scenes]


def _pattern(expected: str) -> str:
    return re.escape(expected).replace("…", ".*") + r"\n*" if expected else r"\n*"
