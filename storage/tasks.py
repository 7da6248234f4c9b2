"""What runs beside the requests. Each looks at rows, may find nothing to do, and may run twice."""

from uuid import UUID

from commonkeep.celery import app
from storage.services import purge, reaper, settle


@app.task(name="storage.settle")
def settle_blob(blob: str) -> None:
    settle.settle(UUID(blob))


@app.task(name="storage.purge")
def carry_on_purge(drive: str) -> None:
    purge.carry_on(UUID(drive))


@app.task(name="storage.sweep")
def sweep() -> None:
    """What the queue forgot."""
    settle.sweep()
    purge.sweep()


@app.task(name="storage.reap")
def reap() -> None:
    reaper.reap()
