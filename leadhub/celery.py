"""Celery's wiring and the schedule. What the tasks do is in `leadhub/tasks.py`."""

import os

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhub.settings")

app = Celery("leadhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["leadhub"])

# Task → its queue, and every how many seconds it is asked for.
SCHEDULE = {
    "sweep": ("now", 1),
    "work on runs": ("bulk", 2),
    "tell people": ("now", 3),
    "send notices": ("bulk", 3),
    "watch customers": ("bulk", 30),
    "watch clocks": ("bulk", 60),
    "nightly": ("bulk", 60),
    "demo goes on": ("bulk", 60),
}
# A message that nobody took before the next one was sent is worth nothing: it expires.
app.conf.beat_schedule = {
    task: {
        "task": task,
        "schedule": float(seconds),
        "options": {"queue": queue, "expires": seconds},
    }
    for task, (queue, seconds) in SCHEDULE.items()
}


@setup_logging.connect
def leave_logging_to_django(**_):
    """Celery would replace what settings.LOGGING says, unless somebody answers this."""


@worker_init.connect
@beat_init.connect
def refuse_another_time_zone(**_):
    """Nothing but the end of the process stops a worker here."""
    from django.core.exceptions import ImproperlyConfigured

    from leadhub import time_zone

    try:
        time_zone.refuse_another_at_start()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error
