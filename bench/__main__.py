"""`python -m bench`: ours beside rclone and restic in one run, as a Markdown table."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from . import data, goals, memory, ours, peers
from .goals import Times
from .ours import Ours
from .peers import Contender

ROOT = Path(__file__).resolve().parent.parent
LOADS = ("put big", "get big", "put small", "get small")


def main() -> None:
    options = _options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="commonkeep-bench-")))
        sources = {
            "big": data.big(folder / "big"),
            "small": data.small(folder / "small"),
        }
        us = stack.enter_context(ours.running(folder / "ours", ROOT))
        others = stack.enter_context(peers.found(folder, ROOT))
        times, settling = _measure([us, *others], sources, folder, runs=options.runs)
        _print_table([us, *others], times)
        _print_settling(settling)
        held = list(goals.speed(times))
        if not options.no_memory:
            held += goals.memory(_memory(us, folder))
        _print_goals(held)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each, interleaved (5)")
    parser.add_argument("--no-memory", action="store_true", help="leave out the 2 GiB file")
    return parser.parse_args()


def _measure(
    contenders: Sequence[Contender], sources: dict[str, Path], folder: Path, *, runs: int
) -> tuple[Times, Times]:
    """Seconds of every run, and how long ours took to settle after its puts."""
    times: Times = {}
    settling: Times = {}
    for number in range(runs):
        for kind, source in sources.items():
            for one in contenders:
                label = f"{kind}-{number}"
                one.prepare(label)
                times.setdefault((one.name, f"put {kind}"), []).append(
                    one.put(source, label).seconds
                )
                if isinstance(one, Ours):
                    settling.setdefault((one.name, f"put {kind}"), []).append(one.settled())
                target = folder / "back"
                times.setdefault((one.name, f"get {kind}"), []).append(
                    one.get(label, target).seconds
                )
                shutil.rmtree(target)
    return times, settling


def _memory(us: Ours, folder: Path) -> memory.Growth:
    grown = memory.growth(us, folder)
    print(
        f"\nMemory from a 64 MiB file to one of 2 GiB: put {grown.put / goals.MIB:+.0f} MiB, "
        f"get {grown.get / goals.MIB:+.0f} MiB, server {grown.server / goals.MIB:+.0f} MiB"
    )
    return grown


def _print_table(contenders: Sequence[Contender], times: Times) -> None:
    print("\nSeconds, median; in brackets ours in proportion.\n")
    print("| | " + " | ".join(LOADS) + " |")
    print("|---|" + "---|" * len(LOADS))
    for one in contenders:
        print(
            f"| {one.name} | " + " | ".join(_cell(times, one.name, load) for load in LOADS) + " |"
        )


def _cell(times: Times, name: str, load: str) -> str:
    mine, theirs = goals.middle(times, "commonkeep", load), goals.middle(times, name, load)
    if mine is None or theirs is None:
        return "-"
    return f"{theirs:.2f}" if name == "commonkeep" else f"{theirs:.2f} ({mine / theirs:.2f})"


def _print_settling(settling: Times) -> None:
    for name, load in settling:
        seconds = goals.middle(settling, name, load) or 0
        print(f"\n{load}: acknowledged is the figure above; settled {seconds:.2f} s later")


def _print_goals(held: Iterable[tuple[str, bool]]) -> None:
    print()
    for text, holds in held:
        print(f"- {'holds' if holds else 'MISSED'}: {text}")


if __name__ == "__main__":
    main()
