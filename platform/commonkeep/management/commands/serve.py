"""`manage.py serve`: the whole product in one process, on the loopback. `make run` calls it."""

import ctypes
import gc
import os
import shlex
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

HOST = "127.0.0.1"
PR_SET_PDEATHSIG = 1  # from linux/prctl.h
THREADS = 64  # one waits in each slow upload and download

WELCOME = """
Commonkeep serves on {origin}
What it keeps lies in {data}

Try next, in another terminal (from {here}):
  export COMMONKEEP_SERVER={origin}
  {client} signup alice --recovery-file alice-recovery.txt
  {client} put docs /
  {client} ls -l /docs

Ctrl-C ends it; everything acknowledged stays.
"""


class Command(BaseCommand):
    help = "Serve on the loopback: web process, Celery worker and clock in one."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SECURE:
            raise CommandError(
                "serve is for the loopback; a public origin wants gunicorn behind a reverse proxy, "
                "with `celery -A commonkeep worker` and `beat` beside it."
            )
        _require_free_port()
        os.umask(0o077)
        call_command("migrate", verbosity=0, interactive=False)
        Server(welcome=self._welcome).run()

    def _welcome(self) -> None:
        here = Path.cwd()
        client = settings.ROOT / ".venv/bin/commonkeep"
        shown = client.relative_to(here) if client.is_relative_to(here) else client
        self.stdout.write(
            WELCOME.format(
                origin=settings.ORIGIN,
                data=settings.DATA,
                here=here,
                client=shlex.quote(str(shown)),
            )
        )


def _require_free_port() -> None:
    """gunicorn would try for five seconds and then say it less plainly."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, settings.PORT))
        except OSError as error:
            raise CommandError(
                f"port {settings.PORT} cannot be used ({error.strerror}).\n"
                "hint: choose another one: PORT=8001 make run"
            ) from error


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is not typed
    """gunicorn with one worker process: its threads share the queue and the SQLite file."""

    def __init__(self, *, welcome: Any) -> None:
        self._welcome = welcome
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"{HOST}:{settings.PORT}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "timeout": 0,  # a slow line is no reason to kill the one worker
            "keepalive": 75,
            "graceful_timeout": 30,
            "loglevel": "warning",
            "control_socket_disable": True,
            "proc_name": "commonkeep",
            "when_ready": lambda arbiter: self._welcome(),
            "post_worker_init": settle_in,
            "worker_exit": stop_queue,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from commonkeep.wsgi import application

        return application


def settle_in(worker: Worker) -> None:
    """Runs in gunicorn's worker process, once Django is loaded."""
    # What is loaded now stays for good; looking through it again and again for garbage took a
    # quarter of the time of a batch.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    _die_with_the_master()
    if settings.EMBEDDED_QUEUE:
        from commonkeep.celery import app
        from commonkeep.embedded import EmbeddedQueue

        worker.queue = EmbeddedQueue(app)
        worker.queue.start()


def _die_with_the_master() -> None:
    """On Linux. A worker whose master was killed would hold the port for half a minute more,
    and nothing that was acknowledged needs it to live.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def stop_queue(arbiter: Any, worker: Worker) -> None:
    if queue := getattr(worker, "queue", None):
        queue.stop()
