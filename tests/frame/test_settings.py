"""Wrong settings stop the start, all at once, with a way to mend each; right ones do not."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from commonkeep.env import BadEnvironment, Environment

ROOT = Path(__file__).resolve().parents[2]


def start(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "COMMONKEEP_DATA": str(folder), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_setting_at_all_is_the_embedded_stack(tmp_path: Path) -> None:
    assert start(tmp_path).returncode == 0
    key = tmp_path / "secret-key"
    assert key.stat().st_mode & 0o777 == 0o600
    kept = key.read_text()
    assert start(tmp_path).returncode == 0
    assert key.read_text() == kept


def test_every_mistake_is_named_at_once_with_a_way_to_mend_it(tmp_path: Path) -> None:
    refused = start(
        tmp_path,
        PORT="eighty",
        COMMONKEEP_VAULT="s3",
        COMMONKEEP_CEILING="lots",
        DATABASE_URL="mysql://root:hunter2@db/x",
        COMMONKEEP_ORIGIN="keep.example/path",
    )
    assert refused.returncode != 0
    for name in (
        "PORT",
        "COMMONKEEP_S3_ENDPOINT",
        "COMMONKEEP_S3_ACCESS_KEY",
        "COMMONKEEP_S3_SECRET_KEY",
        "COMMONKEEP_S3_BUCKET",
        "COMMONKEEP_CEILING",
        "DATABASE_URL",
        "COMMONKEEP_ORIGIN",
    ):
        assert re.search(rf"  - {name}: .+\. .+", refused.stderr), name
    assert "hunter2" not in refused.stderr


def test_a_public_origin_wants_a_secret_key_of_its_own(tmp_path: Path) -> None:
    public = {"COMMONKEEP_ORIGIN": "https://keep.example"}
    assert "COMMONKEEP_SECRET_KEY: missing" in start(tmp_path, **public).stderr
    assert "too short" in start(tmp_path, **public, COMMONKEEP_SECRET_KEY="short").stderr
    assert start(tmp_path, **public, COMMONKEEP_SECRET_KEY="k" * 64).returncode == 0


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k" * 64 + "\n")
    values = {"COMMONKEEP_SECRET_KEY_FILE": str(file)}
    env = Environment(values)
    assert env.secret("COMMONKEEP_SECRET_KEY") == "k" * 64
    env.finish()


def test_a_secret_given_twice_or_in_a_missing_file_is_refused(tmp_path: Path) -> None:
    twice = Environment({"A": "x", "A_FILE": str(tmp_path / "a")})
    twice.secret("A")
    missing = Environment({"A_FILE": str(tmp_path / "a")})
    missing.secret("A")
    for env in (twice, missing):
        with pytest.raises(BadEnvironment):
            env.finish()


@pytest.mark.parametrize(
    ("text", "size"),
    [("0", 0), ("5GB", 5 * 10**9), ("5 GB", 5 * 10**9), ("3GiB", 3 * 2**30), ("12B", 12)],
)
def test_sizes_are_read(text: str, size: int) -> None:
    env = Environment({"S": text})
    assert env.size("S", "1GB") == size
    env.finish()


@pytest.mark.parametrize("text", ["-1", "1.5GB", "GB", "5gb", "9" * 19, "99999999PB", "5 XB"])
def test_other_sizes_are_refused(text: str) -> None:
    env = Environment({"S": text})
    env.size("S", "1GB")
    with pytest.raises(BadEnvironment, match="S: not a size"):
        env.finish()
