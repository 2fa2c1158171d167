"""Turns received bodies into facts, and what cannot be understood into quarantined messages.

A body is digested in one transaction with the facts it becomes, so killing the worker at any
moment loses nothing and doubles nothing. One digestion at a time: two would make the same contact.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.models.functions import Length

from leadhub.intake import body, protocol
from leadhub.intake.bots import Sender
from leadhub.intake.models import QuarantinedMessage, ReceivedBatch
from leadhub.intake.protocol import Fault
from leadhub.records import facts
from leadhub.records.observation import Observation

log = logging.getLogger(__name__)

BEYOND_LIMITS = "54"  # PostgreSQL's class of errors for statements and rows that are too large
DEEPER = 1000  # levels more than where a request is read
LOCK = 4_720_010  # of PostgreSQL's advisory locks
# Characters of bodies in one transaction: on SQLite, others wait for it to write what came in.
MOST_AT_ONCE = 500_000


def digest_pending(*, at: datetime, limit: int = 500) -> int:
    """Digests up to `limit` waiting bodies, the oldest first; returns how many. 0: none are left.

    A body that cannot be digested is set aside in the quarantine, so that the others go on.
    """
    try:
        return digest(waiting(limit), at=at)
    except Exception as error:
        if may_pass(error):
            raise
        log.exception("Digesting together failed; one body at a time instead.")
        return sum(digest_alone(batch, at=at) for batch in waiting(limit))


@transaction.atomic
def digest(batches: list[int], *, at: datetime) -> int:
    if not batches or not holds_lock():
        return 0
    claimed = ReceivedBatch.objects.filter(pk__in=batches, digested_at=None).select_related(
        "source"
    )
    claimed = list(claimed.order_by("id"))
    observations, faults = [], []
    for batch in claimed:
        understood, wrong = read(batch)
        observations += understood
        faults += wrong
    facts.record(observations, at=at)
    QuarantinedMessage.objects.bulk_create(faults, ignore_conflicts=True, batch_size=1000)
    ReceivedBatch.objects.filter(pk__in=[batch.pk for batch in claimed]).update(digested_at=at)
    return len(claimed)


def digest_alone(batch: int, *, at: datetime) -> int:
    try:
        return digest([batch], at=at)
    except Exception as error:
        if may_pass(error):
            raise
        log.exception("Body %s was set aside.", batch)
        return set_aside(batch, type(error).__name__, at=at)


def may_pass(error: Exception) -> bool:
    """Whether the database failed, not the body: then the same may succeed the next time.

    A body that asks for more than the database takes in a statement never succeeds.
    """
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return not state.startswith(BEYOND_LIMITS) and "too many SQL variables" not in str(error)


@transaction.atomic
def set_aside(batch: int, why: str, *, at: datetime) -> int:
    claimed = ReceivedBatch.objects.get(pk=batch)
    fault = Fault("", f"The whole body could not be worked on ({why}).")
    QuarantinedMessage.objects.bulk_create(
        [quarantined(claimed, 0, claimed.body, fault)], ignore_conflicts=True
    )
    return ReceivedBatch.objects.filter(pk=batch, digested_at=None).update(digested_at=at)


def waiting(limit: int) -> list[int]:
    """The next bodies, as many as one transaction should take."""
    pending = ReceivedBatch.objects.filter(digested_at=None).order_by("id")
    chosen, size = [], 0
    for batch, length in pending.annotate(length=Length("body")).values_list("pk", "length")[
        :limit
    ]:
        size += length
        if chosen and size > MOST_AT_ONCE:
            break
        chosen.append(batch)
    return chosen


def holds_lock() -> bool:
    """Whether this transaction may digest. SQLite has one writer anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


def read(batch: ReceivedBatch) -> tuple[list[Observation], list[QuarantinedMessage]]:
    """The body's messages: those understood, and those that were not."""
    with nested_as_deeply_as_received():
        return read_all(batch)


@contextmanager
def nested_as_deeply_as_received() -> Iterator[None]:
    """What could be read when it came in can be read here, further up the stack, and one message
    that is nested too deeply is set aside alone.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + DEEPER)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def read_all(batch: ReceivedBatch) -> tuple[list[Observation], list[QuarantinedMessage]]:
    observations, faults = [], []
    said = body.json_of(batch.body)
    sender = Sender(batch.source, user_agent=batch.user_agent, sign=batch.bot_sign)
    for position, message in enumerate(protocol.messages_in(said, batch.kind)):
        try:
            observations.append(
                protocol.understand(
                    message,
                    source=batch.source,
                    received_at=batch.received_at,
                    sender=sender,
                )
            )
        except Fault as fault:
            content = protocol.content_of(message)
            faults.append(quarantined(batch, position, json.dumps(message), fault, content))
    return observations, faults


def quarantined(
    batch: ReceivedBatch, position: int, text: str, fault: Fault, content: str = ""
) -> QuarantinedMessage:
    return QuarantinedMessage(
        source=batch.source,
        batch=batch,
        position=position,
        body=text,
        content=content or f"{batch.pk}:{position}",
        field=fault.field,
        reason=fault.reason,
        received_at=batch.received_at,
    )
