"""`manage.py watchdog`: what `script/server` runs beside the workers."""

import socket
import time

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.utils import timezone

from leadhub.watchdog import Watchdog

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Ends workers and schedulers of this machine that live but say nothing."
    requires_system_checks = []

    def handle(self, *args, **options):
        watchdog = Watchdog(socket.gethostname(), settings.VAR / "pids", settings.SILENT_AFTER)
        while True:
            try:
                watchdog.look(at=timezone.now())
            except DatabaseError as error:
                log.warning("the watchdog can't read heartbeats", error=str(error))
                connection.close()
                watchdog.awake_since = timezone.now()
            time.sleep(watchdog.looks_every.total_seconds())
