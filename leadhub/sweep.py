"""The sweep: facts, then scores, then handoff, until nothing is left to do.

Each stage asks the database what is not done yet, so a sweep that was lost, killed or doubled
costs a second and no data.
"""

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import structlog
from django.db import connection

from handoff.handover import hand_over, hand_over_who_came
from leadhub import advisory_lock, heartbeats
from leadhub.intake.digest import digest_pending
from scoring.freshening import score_stale

log = structlog.get_logger(__name__)

# Leads that have to change may wait a little: looking for them costs more than all the rest.
UPKEEP_EVERY = timedelta(seconds=5)


def bring_to_sales(*, at: datetime) -> int:
    """Hands over who came at once; what else is to be done with leads, every few seconds."""
    if heartbeats.is_recent(heartbeats.UPKEEP, at=at, within=UPKEEP_EVERY):
        return hand_over_who_came(at=at)
    did = hand_over(at=at)
    if not did:
        heartbeats.beat(heartbeats.UPKEEP, at=at)
    return did


# What came in becomes facts, facts become scores, scores become leads. Each is a function of `at=`
# that returns how much it did; 0: nothing is left.
STAGES: tuple[Callable[..., int], ...] = (digest_pending, score_stale, bring_to_sales)
# Any number, as long as nothing else takes it: the advisory lock of the one sweep.
LOCK = 7_305_001


def sweep(*, at: datetime, seconds: float = math.inf) -> bool:
    """Goes through the stages, round after round, until a whole round finds nothing to do.

    Stops between two stages once `seconds` are over, so that the worker's heart goes on beating;
    the next sweep goes on. Returns whether every stage worked: one that fails is logged and left
    to the next sweep, and the others go on.
    """
    until = time.monotonic() + seconds
    healthy = list(STAGES)
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


def the_only_sweep() -> AbstractContextManager[bool]:
    """Whether nobody else is sweeping; while the context lasts, nobody else is."""
    return advisory_lock.held(LOCK)
