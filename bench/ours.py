"""Commonkeep itself: a server of its own on the loopback, and the command line against it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .measure import Cost, family, run
from .peers import free_port, wait_for

_SETTLE_SECONDS = 120
_WAITING = """
SELECT count(*) FROM storage_blob WHERE store = 'dock' AND state IN ('promised', 'stored')
"""


class Ours:
    """`commonkeep put` and `commonkeep get` with one account."""

    name = "commonkeep"

    def __init__(self, folder: Path, server: subprocess.Popen[bytes], port: int) -> None:
        self._data = folder / "data"
        self._server = server
        self._env = {
            "COMMONKEEP_SERVER": f"http://127.0.0.1:{port}",
            "COMMONKEEP_HOME": str(folder / "home"),
            "COMMONKEEP_PASSWORD": "only for this run",
        }
        self._run("signup", "bench", "--recovery-file", str(folder / "code.txt"))

    def prepare(self, label: str) -> None:
        """Nothing is to be prepared; what went before shall have settled."""
        self.settled()

    def put(self, source: Path, label: str) -> Cost:
        return self._run("put", str(source), f"/{label}")

    def get(self, label: str, target: Path) -> Cost:
        return self._run("get", f"/{label}", str(target))

    def settled(self) -> float:
        """Wait until nothing lies in the dock any more: seconds that took."""
        began = time.perf_counter()
        while self._waiting():
            if time.perf_counter() - began > _SETTLE_SECONDS:
                raise SystemExit("what was put does not settle")
            time.sleep(0.05)
        return time.perf_counter() - began

    @property
    def pids(self) -> list[int]:
        """The server's processes."""
        return family(self._server.pid)

    def _waiting(self) -> int:
        path = f"file:{self._data / 'commonkeep.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(path, uri=True, timeout=20)) as database:
            count: int = database.execute(_WAITING).fetchone()[0]
            return count

    def _run(self, *arguments: str) -> Cost:
        return run([sys.executable, "-m", "commonkeep_cli", *arguments], env=self._env)


@contextmanager
def running(folder: Path, root: Path) -> Iterator[Ours]:
    """Ours, with its server running while the block lasts."""
    port = free_port()
    folder.mkdir()
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=root,
            env={
                **os.environ,
                "PORT": str(port),
                "COMMONKEEP_DATA": str(folder / "data"),
                "COMMONKEEP_CEILING": "1TB",
            },
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(port)
            yield Ours(folder, server, port)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
