"""The command line itself: help, mistakes, documents for programs, and the page about it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from commonkeep_cli.commands import COMMANDS
from tests.cli.shell import Shell

_ROOT = Path(__file__).resolve().parents[2]
_PAGE = (_ROOT / "docs" / "cli.md").read_text()


@pytest.fixture
def nobody(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home", "http://127.0.0.1:9")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_a_section(nobody: Shell, name: str) -> None:
    assert "--json" in nobody.ok(name, "--help") or name in ("sessions", "trash")
    assert re.search(rf"^### .*`{name}\b", _PAGE, re.MULTILINE), f"docs/cli.md lacks {name}"


def test_every_variable_is_on_the_page() -> None:
    source = "".join(file.read_text() for file in (_ROOT / "cli").rglob("*.py"))
    variables = set(re.findall(r"COMMONKEEP_[A-Z_]*[A-Z]", source))
    assert {name for name in variables if f"`{name}`" not in _PAGE} == set()


def test_mistakes_are_told_in_two_lines(nobody: Shell) -> None:
    nobody.play("""
        $ commonkeep frobnicate
        error: No such command 'frobnicate'.
        hint: commonkeep --help
        [2]
        $ commonkeep mv /a
        error: Missing argument 'SOURCE...'.
        hint: commonkeep mv --help
        [2]
        $ commonkeep login alice
        error: No server answers at http://127.0.0.1:9.
        hint: …
        [1]
    """)


def test_without_a_server_one_is_asked_for(nobody: Shell) -> None:
    nobody.server = ""
    result = nobody.run("login", "alice")
    assert (result.exit_code, "No server is named" in result.stderr) == (2, True)


def test_programs_get_a_document_whatever_happens(nobody: Shell) -> None:
    for arguments in (["--json", "ls"], ["ls", "--json"]):
        result = nobody.run(*arguments)
        document = json.loads(result.stdout)
        assert (result.exit_code, document["error"]["exit"]) == (3, 3)


def test_help_loads_neither_cryptography_nor_network() -> None:
    script = (
        "import sys; from commonkeep_cli.commands import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'cryptography', 'urllib3', 'argon2', 'rich', 'keyring', 'sqlite3'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(_ROOT / "cli")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
