"""Is LeadHub alive, and is everything at work? For a load balancer and for whoever is on call."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from kombu.exceptions import OperationalError

from leadhub import heartbeats
from leadhub.celery import app

log = structlog.get_logger(__name__)

SWEEP_IS_LATE_AFTER = timedelta(seconds=30)
# A chunk of a long run may take its time before the worker's heart beats again.
BULK_IS_LATE_AFTER = timedelta(minutes=10)
NIGHT_IS_LATE_AFTER = timedelta(hours=25)


@dataclass(frozen=True)
class Finding:
    """What was found of one part: whether it is as it should be, and what to know of it."""

    name: str
    holds: bool
    says: str | None


def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this process answers at all."""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything works; else 503, and `wrong` names what does not."""
    findings = look_around(at=timezone.now())
    wrong = [finding.name for finding in findings if not finding.holds]
    return JsonResponse(
        {"ready": not wrong, "wrong": wrong} | {found.name: found.says for found in findings},
        status=503 if wrong else 200,
    )


def look_around(*, at: datetime) -> list[Finding]:
    return [broker(), *database(at)]


def broker() -> Finding:
    connection = app.connection_for_write(connect_timeout=1)
    try:
        with connection:
            connection.ensure_connection(max_retries=0, timeout=2)
    except OperationalError as error:
        # Addresses belong in the log, not in an answer that anyone can read.
        log.warning("broker unreachable", error=str(error))
        return Finding("broker", False, "unreachable")
    return Finding("broker", True, "reachable")


def database(at: datetime) -> list[Finding]:
    """The database, and what it says of the parts that write their heartbeats there."""
    try:
        beats = {
            "worker_now": (heartbeats.last_of_queue("now"), SWEEP_IS_LATE_AFTER),
            "worker_bulk": (heartbeats.last_of_queue("bulk"), BULK_IS_LATE_AFTER),
            "last_sweep": (heartbeats.last(heartbeats.SWEEP), SWEEP_IS_LATE_AFTER),
        }
        night = heartbeats.last(heartbeats.NIGHTLY)
    except DatabaseError as error:
        log.warning("database unreachable", error=str(error))
        return [Finding("database", False, "unreachable")]
    return [
        Finding("database", True, "reachable"),
        *(is_fresh(name, last, late_after, at) for name, (last, late_after) in beats.items()),
        # Before the first night there is none to miss.
        is_fresh("last_nightly_run", night, NIGHT_IS_LATE_AFTER, at)
        if night
        else Finding("last_nightly_run", True, None),
    ]


def is_fresh(name: str, last: datetime | None, late_after: timedelta, at: datetime) -> Finding:
    fresh = last is not None and at - last <= late_after
    return Finding(name, fresh, last.isoformat() if last else None)
