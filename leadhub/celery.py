"""Celery's wiring and the schedule. What the tasks do is in `leadhub/tasks.py`."""

import os

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhub.settings")

app = Celery("leadhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["leadhub"])

# A message that nobody took before the next one was sent is worth nothing: it expires.
app.conf.beat_schedule = {
    "sweep": {
        "task": "sweep",
        "schedule": 1.0,
        "options": {"queue": "now", "expires": 1},
    },
    "work on runs": {
        "task": "work on runs",
        "schedule": 2.0,
        "options": {"queue": "bulk", "expires": 2},
    },
    "tell people": {
        "task": "tell people",
        "schedule": 3.0,
        "options": {"queue": "now", "expires": 3},
    },
    "watch clocks": {
        "task": "watch clocks",
        "schedule": 60.0,
        "options": {"queue": "bulk", "expires": 60},
    },
    "watch customers": {
        "task": "watch customers",
        "schedule": 30.0,
        "options": {"queue": "bulk", "expires": 30},
    },
    "send notices": {
        "task": "send notices",
        "schedule": 3.0,
        "options": {"queue": "bulk", "expires": 3},
    },
    "nightly": {
        "task": "nightly",
        "schedule": 60.0,
        "options": {"queue": "bulk", "expires": 60},
    },
    "demo goes on": {
        "task": "demo goes on",
        "schedule": 60.0,
        "options": {"queue": "bulk", "expires": 60},
    },
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
