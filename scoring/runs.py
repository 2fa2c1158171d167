"""Runs over all contacts, in chunks that any worker can take: the only writer of runs and chunks.

A chunk is a range of contacts. Working on one twice is harmless, so a worker may be killed at any
moment: its chunk is simply not finished yet, and somebody takes it again. On PostgreSQL an
advisory lock keeps two workers off the same chunk; it goes with the connection of whoever dies.
A chunk that fails is halved, and so is one that has cost several workers their lives, until what
can't be done is one contact: it is set aside, with the reason, until its facts change, and the run
goes on. Where the database or the machine fails, the chunk waits behind the others for its turn.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from leadhub import advisory_lock
from leadhub.records.models import Contact
from scoring import freshening, publishing, work
from scoring.failures import NOT_ABOUT_A_CONTACT
from scoring.models import Definition, Run, RunChunk, Signal
from scoring.versions import coming_definition, definitions_in_use

log = structlog.get_logger(__name__)

Kind = Run.Kind
# Large enough for some to be read while others are reckoned.
CONTACTS_A_CHUNK = 50_000
# Where all events are read it takes a while, and only between chunks a worker shows that it lives.
READ_WHOLE_A_CHUNK = 5_000 if settings.ON_SQLITE else 10_000
READ_WHOLE = (Kind.RECOUNT, Kind.VERIFY)
MOST_COUNTED = 10_000
RETRIED_AFTER = timedelta(minutes=1)
DATABASE_FAILS = (OperationalError, InterfaceError)
# How often a chunk is begun as a whole before it is taken apart.
TRIES = 3
# Any number that no other lock comes near; the chunk's id is added.
LOCKS = 7_305_000_000_000


class CannotRun(Exception):
    """There is no such run, or nothing to run over; the text says why, for who asked."""


@transaction.atomic
def ask_for(*, kind: str, by, at: datetime, definition: Definition | None = None) -> Run:
    """The run of this kind that is under way, or a new one. A night has one nightly run.

    `definition` is for Kind.PUBLISH: the version that is coming. Raises CannotRun.
    """
    if kind not in Kind:
        raise CannotRun(f"There is no run “{kind}”.")
    if not definitions_in_use():
        raise CannotRun("No version of the definition is live yet.")
    day = timezone.localdate(at)
    before = Run.objects.filter(kind=kind, definition=definition)
    before = before.filter(day=day) if kind == Kind.NIGHTLY else before.filter(finished_at=None)
    run = before.first()
    if run is None:
        run = Run.objects.create(
            kind=kind, definition=definition, day=day, asked_by=by, created_at=at
        )
        split(run, at=at)
    return run


@transaction.atomic
def begin_tallying(*, signal: Signal, by, at: datetime) -> Run:
    """A new run that tallies all past events for the signal, whose meaning is new. One that is
    under way counts what the signal meant before, and is dropped.
    """
    Signal.objects.filter(pk=signal.pk).update(tallied_at=None)
    Run.objects.filter(kind=Kind.TALLY, signal=signal, finished_at=None).delete()
    run = Run.objects.create(
        kind=Kind.TALLY, signal=signal, day=timezone.localdate(at), asked_by=by, created_at=at
    )
    split(run, at=at)
    return run


def split(run: Run, *, at: datetime) -> None:
    """Gives the run its chunks: everyone there is now. Who comes later is scored by the sweep."""
    chunks = []
    ids: list[int] = []
    a_chunk = CONTACTS_A_CHUNK
    if run.kind in READ_WHOLE:
        a_chunk = min(a_chunk, READ_WHOLE_A_CHUNK)

    def close() -> None:
        if ids:
            chunks.append(
                RunChunk(run=run, first_contact=ids[0], last_contact=ids[-1], contacts=len(ids))
            )
            ids.clear()

    everyone = Contact.objects.filter(root=None).order_by("id").values_list("id", flat=True)
    for contact_id in everyone.iterator(chunk_size=10_000):
        ids.append(contact_id)
        if len(ids) == a_chunk:
            close()
    close()
    RunChunk.objects.bulk_create(chunks, batch_size=500)
    run.contacts = sum(chunk.contacts for chunk in chunks)
    run.save(update_fields=["contacts"])
    finish_if_done(run, at=at)


def work_on_next_chunk(*, at: datetime) -> bool:
    """Does one chunk of whatever run has one left; whether there was anything to do."""
    begin_what_is_due(at=at)
    with next_chunk(at=at) as chunk:
        if chunk is not None:
            work_on(chunk, at=at)
            return True
    return bring_to_an_end(at=at)


def begin_what_is_due(*, at: datetime) -> None:
    """A version that is coming has a run of its own, since the moment it was published."""
    coming = coming_definition()
    if coming is None:
        return
    begun = Run.objects.filter(
        kind=Kind.PUBLISH, definition=coming, created_at__gte=coming.published_at
    )
    if not begun.exists():
        ask_for(kind=Kind.PUBLISH, by=coming.published_by, at=at, definition=coming)


def bring_to_an_end(*, at: datetime) -> bool:
    """Once the run of the coming version is over: scores who came since, or makes it live."""
    coming = coming_definition()
    if coming is None or unfinished().filter(run__definition=coming).exists():
        return False
    # Asked here too, since it goes through everybody, and SQLite's writers would wait for it.
    left = list(publishing.lacking_score(coming).values_list("pk", flat=True)[:CONTACTS_A_CHUNK])
    if left:
        return work.score_apart(left, definition=coming, cause="definition", at=at) > 0
    return publishing.finish_publishing(at=at)


def under_way() -> QuerySet[Run]:
    return Run.objects.filter(finished_at=None)


def unfinished():
    return RunChunk.objects.filter(finished_at=None, run__finished_at=None)


@contextmanager
def next_chunk(*, at: datetime) -> Iterator[RunChunk | None]:
    """The next chunk to be done, nobody else's while the context lasts; None if there is none.

    Those begun most often come last, so that one that kills its workers holds up no other.
    """
    rested = Q(failed_at=None) | Q(failed_at__lte=at - RETRIED_AFTER)
    waiting = unfinished().filter(rested).order_by("attempts", "id").values_list("id", flat=True)
    for chunk_id in waiting.iterator(chunk_size=100):
        with advisory_lock.held(LOCKS + chunk_id) as mine:
            # Somebody may have finished it between the list and the lock.
            chunk = unfinished().filter(pk=chunk_id).first() if mine else None
            if chunk is not None:
                yield chunk
                return
    yield None


def work_on(chunk: RunChunk, *, at: datetime) -> None:
    """Does the chunk; of one that can't be done, the run says why."""
    if chunk.attempts >= TRIES:
        take_apart(chunk, "A worker died of it, or the machine failed, several times.", at=at)
        return
    RunChunk.objects.filter(pk=chunk.pk).update(attempts=F("attempts") + 1)
    Run.objects.filter(pk=chunk.run_id, started_at=None).update(started_at=at)
    try:
        done = work.OF[chunk.run.kind](chunk, at=at)
    except Exception as error:
        log.exception("chunk failed", run=str(chunk.run), chunk=str(chunk))
        reason = f"Contacts {chunk}: {type(error).__name__}: {error}"
        Run.objects.filter(pk=chunk.run_id).update(failure=reason[:2000])
        if isinstance(error, DATABASE_FAILS):
            # Not the chunk's doing: it does not count as a try.
            RunChunk.objects.filter(pk=chunk.pk).update(failed_at=at, attempts=chunk.attempts)
        elif isinstance(error, NOT_ABOUT_A_CONTACT):
            RunChunk.objects.filter(pk=chunk.pk).update(failed_at=at)
        else:
            take_apart(chunk, reason, at=at)
    else:
        finish(chunk, done, at=at)


@transaction.atomic
def take_apart(chunk: RunChunk, reason: str, *, at: datetime) -> None:
    """Makes two chunks of one; of one contact, sets it aside and counts the chunk as done."""
    ids = list(
        Contact.objects.filter(
            root=None, pk__gte=chunk.first_contact, pk__lte=chunk.last_contact
        ).order_by("pk").values_list("pk", flat=True)
    )  # fmt: skip
    if len(ids) < 2:
        for contact in ids:
            freshening.set_aside(contact, reason)
        finish(chunk, work.Done(), at=at)
        return
    middle = len(ids) // 2
    RunChunk.objects.create(
        run=chunk.run,
        first_contact=ids[middle],
        last_contact=chunk.last_contact,
        contacts=max(chunk.contacts - middle, 0),
    )
    RunChunk.objects.filter(pk=chunk.pk).update(
        last_contact=ids[middle] - 1,
        contacts=min(middle, chunk.contacts),
        attempts=0,
        failed_at=None,
    )


@transaction.atomic
def finish(chunk: RunChunk, done: work.Done, *, at: datetime) -> None:
    """Counts the chunk into its run, once."""
    if not unfinished().filter(pk=chunk.pk).update(finished_at=at):
        return
    Run.objects.filter(pk=chunk.run_id).update(
        done=F("done") + chunk.contacts,
        changed=F("changed") + done.changed,
        checked=F("checked") + done.checked,
        differences=F("differences") + done.differences,
    )
    finish_if_done(chunk.run, at=at)


def finish_if_done(run: Run, *, at: datetime) -> None:
    if run.chunks.filter(finished_at=None).exists():
        return
    ended = Run.objects.filter(pk=run.pk, finished_at=None).update(
        finished_at=at, started_at=Coalesce("started_at", at), failure=""
    )
    if ended and run.kind == Kind.PUBLISH:
        publishing.note_tallied(definition=run.definition, at=at)
    elif ended and run.kind == Kind.TALLY:
        Signal.objects.filter(pk=run.signal_id).update(tallied_at=at)


@dataclass(frozen=True)
class Pace:
    """Contacts a second, and how many seconds are left; None while that can't be said."""

    a_second: float | None
    left: float | None


def pace_of(run: Run, *, at: datetime) -> Pace:
    if run.started_at is None or not run.done:
        return Pace(None, None)
    seconds = ((run.finished_at or at) - run.started_at).total_seconds()
    if seconds <= 0:
        return Pace(None, None)
    a_second = run.done / seconds
    left = None if run.finished_at else (run.contacts - run.done) / a_second
    return Pace(a_second, left)


@dataclass(frozen=True)
class Coming:
    """How far a coming version is. `run` is None until a worker has begun it; `left` is how many
    contacts lack a fresh score, `aside` how many can't be scored and keep nobody waiting.
    """

    run: Run | None
    pace: Pace
    left: int
    aside: int


def coming_of(version: Definition, *, at: datetime) -> Coming | None:
    """None for a version that is not coming."""
    if version.status != Definition.Status.COMING:
        return None
    run = Run.objects.filter(
        kind=Kind.PUBLISH, definition=version, created_at__gte=version.published_at
    ).first()
    left = 0
    if run is None or run.finished_at:
        left = publishing.lacking_score(version)[:MOST_COUNTED].count()
    pace = pace_of(run, at=at) if run else Pace(None, None)
    return Coming(run, pace, left, freshening.set_aside_now().count())
