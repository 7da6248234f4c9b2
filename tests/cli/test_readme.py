"""The README's tour, typed into a real shell against a real server, says what the README says."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.servers import RunningServer

ROOT = Path(__file__).resolve().parents[2]
MARK = "== next =="
CHANGING = {
    r"http://127\.0\.0\.1:\d{4,5}": "SERVER",
    r"\d+\.\d s;": "TIME;",
    r"\d{4}-\d\d-\d\d \d\d:\d\d": "DATE",
    r"[A-Za-z0-9_-]{22}  ": "REV  ",
    r"lie in \S+keys": "lie in KEYS",
}


def test_the_tour_reads_as_the_readme_says(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data")
    server.start()
    try:
        scenes = tour()
        script = "\n".join(f"{command}\necho '{MARK}'" for command, _ in scenes)
        home = tmp_path / "home"
        home.mkdir()
        said = shell(script.replace("http://127.0.0.1:8000", server.url), home)
    finally:
        server.stop()
    for (command, expected), seen in zip(scenes, said.split(f"{MARK}\n"), strict=False):
        assert steady(seen) == steady(expected), command


def tour() -> list[tuple[str, str]]:
    """Every command of the README's console blocks with the output that stands below it."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    scenes = "".join(blocks).split("$ ", 1)[1]
    parts = [part.partition("\n") for part in re.split(r"^\$ ", scenes, flags=re.M)]
    return [(command, output) for command, _, output in parts]


def shell(script: str, home: Path) -> str:
    """Errors after output, as each command's note follows what it says."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    run = ["bash", "-c", f"exec 2>&1\n{script}"]
    done = subprocess.run(
        run, cwd=home, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout


def steady(text: str) -> list[str]:
    """The lines, without what changes from run to run; a note may come before or after."""
    for pattern, word in CHANGING.items():
        text = re.sub(pattern, word, text)
    return sorted(text.strip().splitlines())
