"""The Celery application: `celery -A commonkeep worker` and `beat`, or inside `manage.py serve`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonkeep.settings")

app = Celery("commonkeep")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
