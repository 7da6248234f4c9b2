"""A few threads that move content, with never more work handed to them than they can hold.

Memory stays flat because `submit` waits. Reading, sealing, hashing and the network let go of
the interpreter lock, so a few threads keep two cores and a connection busy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import TypeVar

R = TypeVar("R")


class Crew:
    """`workers` threads; a context manager that waits for them, but not after an error.

    An interrupted transfer must not wait for parts that nobody wants any more: what was not
    acknowledged is found missing by the next run.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="move")
        self._room = threading.BoundedSemaphore(workers)

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=kind is None, cancel_futures=kind is not None)

    def submit(self, call: Callable[[], R]) -> Future[R]:
        """Run the call in a thread; waits until one is free for it."""
        self._room.acquire()
        try:
            future = self._pool.submit(call)
        except BaseException:
            self._room.release()
            raise
        future.add_done_callback(lambda _: self._room.release())
        return future


def spread(crew: Crew, calls: Iterable[Callable[[], R]]) -> list[R]:
    """Run the calls in the crew, taking each one only when a thread is free: results in order.

    After the first that fails no more are taken; its error is raised once none runs any more.
    """
    futures: list[Future[R]] = []
    try:
        for call in calls:
            futures.append(crew.submit(call))
            if any(_has_failed(future) for future in futures[-2 * crew.workers :]):
                break
    except Exception:
        wait(futures)
        raise
    wait(futures)
    return [future.result() for future in futures]


def _has_failed(future: Future[R]) -> bool:
    return future.done() and future.exception() is not None
