"""The frame: settings, errors, the queue, the object store; it knows none of the apps."""

from commonkeep.celery import app as celery_app

__all__ = ["celery_app"]
