"""The trap of the folder named `platform/`, and what else the checkout must look like."""

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_fresh_interpreter_in_the_checkout_finds_the_standard_librarys_platform() -> None:
    script = "import platform; print(platform.__file__)"
    run = [sys.executable, "-c", f"import sys; sys.path.insert(0, ''); {script}"]
    found = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).parent == Path(sysconfig.get_paths()["stdlib"])


def test_platform_holds_one_package_and_nothing_else() -> None:
    inside = {path.name for path in (ROOT / "platform").iterdir() if path.name != "__pycache__"}
    assert inside == {"commonkeep"}


def test_the_two_distributions_have_their_names() -> None:
    assert 'name = "commonkeep-server"' in (ROOT / "pyproject.toml").read_text()
    assert 'name = "commonkeep"' in (ROOT / "cli/pyproject.toml").read_text()
