"""The package is pure: importing it reaches for no network, no disk store and no other of ours."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from commonkeep_cli import crypto

FOLDER = Path(crypto.__file__).parent

# Import roots that may stand in the package. Others are a new dependency, or a side effect.
ALLOWED = {
    *("__future__", "collections", "contextlib", "dataclasses", "enum", "itertools", "typing"),
    *("base64", "hashlib", "hmac", "json", "re", "secrets", "struct", "threading"),
    *("unicodedata", "argon2", "cryptography"),
}

_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import argon2.low_level, cryptography.hazmat.primitives.hpke
before = set(sys.modules)
import commonkeep_cli.crypto
print("\\n".join(sorted(set(sys.modules) - before)))
"""


def imported(path: Path) -> set[str]:
    """The roots of absolute imports in a file; relative ones stay in the package."""
    found = set()
    for item in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(item, ast.Import):
            found |= {alias.name.split(".")[0] for alias in item.names}
        elif isinstance(item, ast.ImportFrom):
            assert item.level <= 1, "nothing here imports upwards"
            found |= {(item.module or "").split(".")[0]} if item.level == 0 else set()
    return found


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_a_module_imports_only_what_is_allowed(path: Path) -> None:
    assert imported(path) <= ALLOWED


def test_importing_it_brings_in_nothing_that_talks_or_stores() -> None:
    command = [sys.executable, "-c", _PROGRAM, str(FOLDER.parent.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    ours = {name for name in loaded if name.startswith("commonkeep")}
    assert {n for n in ours if not n.startswith("commonkeep_cli.crypto")} == {"commonkeep_cli"}
    for name in ("http", "urllib3", "sqlite3", "click", "rich", "keyring", "django", "asyncio"):
        assert not any(module.split(".")[0] == name for module in loaded), name


def test_nobody_goes_in_by_another_door() -> None:
    """`from ..crypto import node`, never `from ..crypto.encoding import kd`."""
    behind = set()
    for path in FOLDER.parent.rglob("*.py"):
        for item in ast.walk(ast.parse(path.read_text("utf-8"))):
            if path.parent != FOLDER and isinstance(item, ast.ImportFrom) and item.module:
                _, _, module = item.module.partition("crypto.")
                names = {alias.name for alias in item.names if item.module == "crypto"}
                behind |= {name for name in names | {module} - {""} if name not in crypto.__all__}
    assert behind == set()


def test_the_door_opens_to_all_it_names() -> None:
    assert sorted(crypto.__all__) == crypto.__all__
    assert all(hasattr(crypto, name) for name in crypto.__all__)
