"""What we are measured against: rclone and restic, both into one local S3 server."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from .measure import Cost, run

_KEYS = ("bench", "bench-secret-key")
_BUCKET = "bench"


class Contender(Protocol):
    """Somebody who can put a folder somewhere and get it back."""

    name: str

    def prepare(self, label: str) -> None:
        """Whatever is not to be counted."""

    def put(self, source: Path, label: str) -> Cost: ...

    def get(self, label: str, target: Path) -> Cost: ...


class Rclone:
    """`rclone copy`, with or without its own encryption."""

    def __init__(self, endpoint: str, *, crypt: bool) -> None:
        self.name = "rclone crypt" if crypt else "rclone, no encryption"
        self._remote = "sealed:" if crypt else f"plain:{_BUCKET}/plain/"
        self._env = _rclone_settings(endpoint)

    def prepare(self, label: str) -> None:
        pass

    def put(self, source: Path, label: str) -> Cost:
        return self._copy(str(source), self._remote + label)

    def get(self, label: str, target: Path) -> Cost:
        return self._copy(self._remote + label, str(target))

    def _copy(self, source: str, target: str) -> Cost:
        return run(["rclone", "copy", "--transfers", "16", source, target], env=self._env)


class Restic:
    """`restic backup` into a repository of its own for each run."""

    name = "restic"

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._env = {
            "AWS_ACCESS_KEY_ID": _KEYS[0],
            "AWS_SECRET_ACCESS_KEY": _KEYS[1],
            "RESTIC_PASSWORD": "bench",
        }

    def prepare(self, label: str) -> None:
        run([*self._restic(label), "init"], env=self._env)

    def put(self, source: Path, label: str) -> Cost:
        return run([*self._restic(label), "backup", str(source)], env=self._env)

    def get(self, label: str, target: Path) -> Cost:
        command = [*self._restic(label), "restore", "latest", "--target", str(target)]
        return run(command, env=self._env)

    def _restic(self, label: str) -> list[str]:
        repository = f"s3:{self._endpoint}/{_BUCKET}/restic-{label}"
        return ["restic", "--no-cache", "--quiet", "--repo", repository]


def _rclone_settings(endpoint: str) -> Mapping[str, str]:
    plain = {
        "TYPE": "s3",
        "PROVIDER": "Other",
        "ACCESS_KEY_ID": _KEYS[0],
        "SECRET_ACCESS_KEY": _KEYS[1],
        "ENDPOINT": endpoint,
        "REGION": "us-east-1",
        "FORCE_PATH_STYLE": "true",
        "NO_CHECK_BUCKET": "true",
    }
    sealed = {
        "TYPE": "crypt",
        "REMOTE": f"plain:{_BUCKET}/sealed",
        "PASSWORD": _obscured("bench"),
    }
    return {
        "RCLONE_CONFIG": "",
        **{f"RCLONE_CONFIG_PLAIN_{name}": value for name, value in plain.items()},
        **{f"RCLONE_CONFIG_SEALED_{name}": value for name, value in sealed.items()},
    }


def _obscured(password: str) -> str:
    return subprocess.check_output(["rclone", "obscure", password], text=True).strip()


@contextmanager
def found(folder: Path, root: Path) -> Iterator[list[Contender]]:
    """The peers that are installed here, with their S3 server running while the block lasts."""
    server = shutil.which("versitygw") or shutil.which(root / ".tools" / "versitygw")
    if server is None:
        yield []
        return
    with _s3_server(server, folder) as endpoint:
        peers: list[Contender] = []
        if shutil.which("rclone"):
            peers += [Rclone(endpoint, crypt=False), Rclone(endpoint, crypt=True)]
        if shutil.which("restic"):
            peers.append(Restic(endpoint))
        yield peers


@contextmanager
def _s3_server(binary: str, folder: Path) -> Iterator[str]:
    store = folder / "s3"
    (store / _BUCKET).mkdir(parents=True)
    port = free_port()
    options = ["--port", f"127.0.0.1:{port}", "--access", _KEYS[0], "--secret", _KEYS[1]]
    server = subprocess.Popen(
        [binary, *options, "--quiet", "--keep-alive", "posix", str(store)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, *, seconds: float = 30) -> None:
    """Return once something listens there."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise SystemExit("a server did not start in time") from None
            time.sleep(0.05)
