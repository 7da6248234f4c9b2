"""The queue inside the web process: a Celery worker thread and a clock thread.

For the embedded stack only, where the broker is `memory://` and so ends with the process. What it
forgets then, the sweep finds: the clock runs it within a minute of every start.
"""

import logging
import threading

from celery import Celery
from celery.app.trace import setup_worker_optimizations
from celery.beat import EmbeddedService, Scheduler
from celery.worker import WorkController, state
from django.db import close_old_connections

log = logging.getLogger(__name__)


class EmbeddedQueue:
    """Start with `start`; `stop` lets the running task finish and waits for it."""

    def __init__(self, app: Celery) -> None:
        # `celery worker` does this for itself; a worker started by hand has to ask for it.
        setup_worker_optimizations(app, "embedded")
        self._worker = WorkController(
            app=app,
            hostname="embedded",
            pool="solo",
            loglevel="WARNING",
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
        )
        self._clock = EmbeddedService(app, thread=True, scheduler_cls=Scheduler)
        self._thread = threading.Thread(target=self._work, name="celery-worker", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._clock.start()  # type: ignore[union-attr]  # a thread, as asked for

    def stop(self, *, patience: float = 30.0) -> None:
        """Waits at most `patience` seconds for the task that runs now."""
        # The worker looks up every two seconds, so it is asked before the clock is waited for.
        state.should_stop = 0  # type: ignore[assignment]  # typed as the None it starts with
        self._clock.stop()
        self._thread.join(patience)

    def _work(self) -> None:
        try:
            self._worker.start()
        except SystemExit:  # how a worker says that it was asked to stop
            log.debug("the embedded worker has stopped")
        finally:
            close_old_connections()
