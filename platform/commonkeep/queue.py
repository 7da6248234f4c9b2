"""The way from a service to a task: by name, after the commit, and allowed to fail.

The queue may forget. What must happen is a row with a state, which a sweep finds; a task is only
the quick way to it. So a broker that is away costs time and never a request.
"""

import logging
from functools import partial

from django.db import transaction

from commonkeep.celery import app

log = logging.getLogger(__name__)


def enqueue(name: str, *arguments: str | int) -> None:
    """Send task `name` once the current transaction has committed; ids, never objects."""
    transaction.on_commit(partial(_send, name, arguments))


def _send(name: str, arguments: tuple[str | int, ...]) -> None:
    try:
        app.send_task(name, args=arguments, retry=False)
    except Exception as error:  # noqa: BLE001  whatever it is, the commit stands
        log.warning("the queue did not take %s (%s); the sweep will", name, type(error).__name__)
