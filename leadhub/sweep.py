"""The sweep: facts, then scores, then handoff, until nothing is left to do.

Each stage asks the database what is not done yet, so a sweep that was lost, killed or doubled
costs a second and no data.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec

import structlog
from django.conf import settings
from django.db import connection

from leadhub import heartbeats

log = structlog.get_logger(__name__)

# A function of `at=` that returns how much it did; 0: nothing is left.
Stage = Callable[..., int]
# In this order: what came in becomes facts, facts become scores, scores become leads.
STAGES = (
    ("leadhub.intake.digest", "digest_pending"),
    ("scoring.freshening", "score_stale"),
    ("handoff.handover", "hand_over"),
)
# Any number, as long as nothing else takes it: the advisory lock of the one sweep.
LOCK = 7_305_001


def stages() -> tuple[Stage, ...]:
    return tuple(
        getattr(import_module(module), name) for module, name in STAGES if find_spec(module)
    )


def sweep(*, at: datetime, seconds: float = math.inf) -> bool:
    """Goes through the stages, round after round, until a whole round finds nothing to do.

    Stops between two stages once `seconds` are over, so that the worker's heart goes on beating;
    the next sweep goes on. Returns whether every stage worked: one that fails is logged and left
    to the next sweep, and the others go on.
    """
    until = time.monotonic() + seconds
    healthy = list(stages())
    failed = False
    did = 1
    while did and time.monotonic() < until:
        did = 0
        for stage in tuple(healthy):
            try:
                did += stage(at=at)
            except Exception:
                log.exception("stage failed", stage=f"{stage.__module__}.{stage.__name__}")
                if not connection.in_atomic_block:
                    connection.close_if_unusable_or_obsolete()
                healthy.remove(stage)
                failed = True
    if not failed:
        heartbeats.beat(heartbeats.SWEEP, at=at)
    return not failed


@contextmanager
def the_only_sweep() -> Iterator[bool]:
    """Whether nobody else is sweeping; while the context lasts, nobody else is.

    On SQLite the one worker of the queue `now` is alone by itself.
    """
    if settings.ON_SQLITE:
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
