"""Running a command and saying how long it took and how much memory it held."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Wall-clock seconds and the highest resident memory in bytes."""

    seconds: float
    memory: int


def run(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> Cost:
    """Run to the end; a failing command ends the benchmark with what it said."""
    os.sync()  # what earlier runs left to write is not this one's to pay
    began = time.perf_counter()
    child = subprocess.Popen(
        command,
        env={**_environment(), **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert child.stdout is not None
    said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(map(str, command[:3]))} failed:\n{said[-2000:]}")
    return Cost(seconds, usage.ru_maxrss * 1024)


def _environment() -> dict[str, str]:
    """Ours, without what would point the peers at another S3 service than the local one."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def peak(pids: Sequence[int]) -> int:
    """The highest resident memory of running processes since `reset`, summed, in bytes."""
    return sum(_peak(pid) for pid in pids)


def reset(pids: Sequence[int]) -> None:
    """Begin counting `peak` anew."""
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def family(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in family(int(child)))]


def _peak(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
