"""What only time brings: once a night, at NIGHTLY_AT of the organisation's zone.

Whether it is due is asked of the database, so a machine that slept through the hour catches up
as soon as it wakes.
"""

from datetime import UTC, date, datetime, timedelta

import structlog
from django.conf import settings

from handoff.notices import inbox
from leadhub import backup, heartbeats
from leadhub.intake.models import ReceivedBatch
from scoring import runs
from scoring.models import Run

log = structlog.get_logger(__name__)

PURGED_AT_A_TIME = 1_000


def last_due(at: datetime) -> datetime:
    """The latest moment, not after `at`, at which a nightly run was due."""
    today = at.astimezone(settings.ORGANISATION_ZONE).date()
    tonight = moment_of(today)
    return tonight if tonight <= at else moment_of(today - timedelta(days=1))


def moment_of(day: date) -> datetime:
    """In UTC: within one zone, Python compares clocks' faces, which some nights show twice."""
    local = datetime.combine(day, settings.NIGHTLY_AT, settings.ORGANISATION_ZONE)
    return local.astimezone(UTC)


def is_due(*, at: datetime) -> bool:
    last = heartbeats.last(heartbeats.NIGHTLY)
    return last is None or last < last_due(at)


def run(*, at: datetime) -> list[str]:
    """Does all of the night's work; returns the names of the parts that failed.

    One part that fails stops no other. The night counts as done either way: what failed is in
    the log, and the next night does it again.
    """
    heartbeats.beat(heartbeats.NIGHTLY, at=at, every=timedelta(0))
    failed = []
    for part in PARTS:
        try:
            part(at=at)
        except Exception:
            log.exception("nightly part failed", part=part.__name__)
            failed.append(part.__name__)
    return failed


def ask_for_scores(*, at: datetime) -> None:
    """Has the bulk worker score everyone whose score changes by time alone."""
    runs.ask_for(kind=Run.Kind.NIGHTLY, by=None, at=at)


def purge_received_batches(*, at: datetime) -> None:
    """Deletes bodies that became facts more than RECEIVED_BATCHES_KEPT_DAYS ago."""
    kept_since = at - timedelta(days=settings.RECEIVED_BATCHES_KEPT_DAYS)
    old = ReceivedBatch.objects.filter(digested_at__lt=kept_since).order_by("digested_at")
    while ids := list(old.values_list("id", flat=True)[:PURGED_AT_A_TIME]):
        ReceivedBatch.objects.filter(id__in=ids).delete()


def forget_old_notices(*, at: datetime) -> None:
    inbox.forget_old(at=at)


def keep_a_backup(*, at: datetime) -> None:
    if settings.ON_SQLITE:
        backup.back_up(at=at)


PARTS = (
    ask_for_scores,
    purge_received_batches,
    forget_old_notices,
    heartbeats.forget_machines_long_gone,
    keep_a_backup,
)
