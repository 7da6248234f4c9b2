"""The real server as a process of its own, for tests that need one that can be killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_PATIENCE_SECONDS = 60
_OURS = ("COMMONKEEP_", "DATABASE_URL", "REDIS_URL", "PORT")


class RunningServer:
    """`manage.py serve` on a free port, its data in a folder of its own.

    `start` may be called again after `kill` (as at power loss) or `stop` (as on SIGTERM): same
    port, same data. Further settings come as keyword arguments.
    """

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.log = data.with_name(data.name + ".log")
        self._settings = settings
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Returns once it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=_ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait_for_port(self._process)

    def kill(self) -> None:
        """End it without any warning."""
        self._end(lambda process: process.kill())

    def stop(self) -> None:
        """Ask it to end, and wait until it did."""
        self._end(lambda process: process.terminate())

    def _end(self, how: Callable[[subprocess.Popen[bytes]], None]) -> None:
        process, self._process = self._process, None
        if process is not None:
            how(process)
            process.wait(_PATIENCE_SECONDS)
            self._wait_until_silent()

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        ours = {"COMMONKEEP_DATA": str(self.data), "PORT": str(self._port)}
        return {**kept, **ours, **self._settings}

    def _wait_for_port(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not self._listens():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"The server does not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def _wait_until_silent(self) -> None:
        """The worker of a killed server notices within a moment that it is an orphan."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while self._listens():
            if time.monotonic() > until:
                raise RuntimeError("The server does not end.")
            time.sleep(0.05)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0


def free_port() -> int:
    """A port of the loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
