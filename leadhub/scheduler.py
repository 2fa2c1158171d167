"""Celery's scheduler, which shows that it lives: a stopped one sends nothing, and says nothing."""

import socket

import structlog
from celery.beat import PersistentScheduler
from django.db import DatabaseError, connection
from django.utils import timezone

from leadhub import heartbeats

log = structlog.get_logger(__name__)


class Scheduler(PersistentScheduler):
    def tick(self, *args, **kwargs):
        wait = super().tick(*args, **kwargs)
        try:
            heartbeats.beat(f"beat@{socket.gethostname()}", at=timezone.now())
        except DatabaseError as error:
            # Work is still sent: whoever does it will find the database back, or not.
            log.warning("the scheduler's heartbeat was not written", error=str(error))
            connection.close()
        return wait
