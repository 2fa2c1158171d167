"""Contacts scored a second: all verified, all rewritten, 2 % stale; beside plain SQL."""

import re
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bench.figures import Figure

STACKS = ("sqlite", "postgresql")
CHUNK = 10_000


def add_options(parser) -> None:
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=1_000_000)


def measure(stack, options) -> Iterator[Figure]:
    from django.conf import settings

    from bench import scoring_world as world
    from leadhub.records.models import Source
    from scoring import publishing, versions

    at = datetime(2026, 3, 10, 18, tzinfo=settings.ORGANISATION_ZONE)
    source = Source.objects.create(name="Benchmark", kind=Source.Kind.SERVER)
    signals = world.signals()
    live = publish(world.definition(signals, name="First", times=1, at=at), at=at)
    world.make(contacts=options.contacts, events=options.events, source_id=source.pk)
    forget_peak_memory()
    yield from rates(options, live, at)
    assert_alike(signals, live, times=1)
    yield from in_sql(signals, times=1)
    draft = world.definition(signals, name="Second", times=2, at=at)
    publishing.publish(definition=draft, by=None, at=at)
    yield from rewrite(options, versions.definition_of(draft), at)
    assert_alike(signals, versions.definition_of(draft), times=2)
    yield from over_a_year(options, versions.definition_of(draft), at)
    yield from stale(options, at)
    yield Figure("peak memory of the scoring process", peak_memory(), "MB", lower_is_better=True)


def publish(draft, *, at):
    """The draft, live in place of the starter."""
    from scoring import models, publishing, versions

    models.Definition.objects.filter(status="live").update(status="retired")
    publishing.publish(definition=draft, by=None, at=at)
    publishing.finish_publishing(at=at)
    draft.refresh_from_db()
    return versions.definition_of(draft)


def rates(options, live, at) -> Iterator[Figure]:
    took, changed = score_all(options, live, cause="facts", at=at)
    assert changed == 0, "new facts are scored before anybody is compared"
    yield Figure("all new: tallied, scored, written", options.contacts / took, "contacts/s")
    took, changed = score_all(options, live, cause="correction", at=at)
    assert changed == 0, f"{changed} scores changed without a new fact"
    yield Figure("verified, nothing to write", options.contacts / took, "contacts/s")


def rewrite(options, coming, at) -> Iterator[Figure]:
    from scoring.models import ContactScore, ScoreChange

    took, changed = score_all(options, coming, cause="definition", at=at)
    written = ContactScore.objects.filter(definition_id=coming.id).count()
    stated = ScoreChange.objects.filter(definition_id=coming.id).count()
    assert changed == written == stated == options.contacts
    yield Figure("rewritten, each with its ledger row", options.contacts / took, "contacts/s")


def over_a_year(options, definition, at) -> Iterator[Figure]:
    """Steps and record highs of everyone; each contact's last step is its stored score."""
    from datetime import timedelta

    from scoring.histories import histories_of, record_highs_of
    from scoring.source import Range

    last = at.date()
    period = {"definition": definition, "first": last - timedelta(days=364), "last": last}
    everyone = Range(1, options.contacts)
    for name, ask in (("every step", histories_of), ("record highs", record_highs_of)):
        started = time.perf_counter()
        rows = sum(part.num_rows for part in ask(everyone, **period))
        took = time.perf_counter() - started
        yield Figure(f"{name} of a year for all: {rows} rows", took, "s", lower_is_better=True)
    assert_ends_alike(histories_of(everyone, **period), definition)


def assert_ends_alike(histories, definition) -> None:
    from scoring.models import ContactScore

    rows = ContactScore.objects.filter(definition_id=definition.id)
    stored = dict(rows.values_list("contact_id", "total"))
    found = {}
    for part in histories:
        pairs = (part[name].to_pylist() for name in ("contact_id", "total"))
        found |= dict(zip(*pairs, strict=True))
    assert found == stored


def stale(options, at) -> Iterator[Figure]:
    from leadhub.records.models import Event, Freshness
    from scoring.freshening import score_stale

    every = 50
    numbers = [number for number in range(1, options.contacts + 1) if number % every == 0]
    Freshness.objects.filter(contact__in=numbers).update(revision=2)
    day = at.date()
    made = Event.objects.earliest("id")
    Event.objects.bulk_create(
        [
            Event(source=made.source, message_id=f"late-{number}", kind="track", name="Event 1",
                  occurred_at=at, received_at=at, day=day, contact_id=number, revision=2)
            for number in numbers
        ],
        batch_size=2000,
    )  # fmt: skip
    started, scored = time.perf_counter(), 0
    while did := score_stale(at=at):
        scored += did
    took = time.perf_counter() - started
    assert scored == len(numbers)
    yield Figure("2 % stale, under two versions", scored / took, "contacts/s")
    yield Figure("2 % stale, under two versions", took, "s", lower_is_better=True)


def score_all(options, definition, *, cause, at) -> tuple[float, int]:
    """Seconds, and how many scores changed."""
    from scoring.freshening import score_contacts
    from scoring.source import Range

    started, changed = time.perf_counter(), 0
    for first in range(1, options.contacts + 1, CHUNK):
        contacts = Range(first, first + CHUNK - 1)
        changed += score_contacts(
            contacts, definition=definition, day=at.date(), cause=cause, at=at
        )
    return time.perf_counter() - started, changed


def assert_alike(signals, definition, *, times: int) -> None:
    """Row by row: what is stored, and both statements."""
    from scoring.models import ContactScore

    rows = ContactScore.objects.filter(definition_id=definition.id).order_by("contact_id")
    stored = list(rows.values_list("contact_id", "behaviour", "fit"))
    for over in ("tallies", "events"):
        found = ask(over, signals, times=times)
        assert found == stored, f"{over}: {different(found, stored)}"


def different(found: list, stored: list) -> str:
    wrong = [pair for pair in zip(found, stored, strict=True) if pair[0] != pair[1]]
    return f"{len(wrong)} differ, such as {wrong[:3]}"


def in_sql(signals, *, times: int) -> Iterator[Figure]:
    for over in ("tallies", "events"):
        started = time.perf_counter()
        contacts = len(ask(over, signals, times=times))
        took = time.perf_counter() - started
        yield Figure(f"one SQL statement over {over}, scores only", contacts / took, "contacts/s")


def ask(over: str, signals, *, times: int) -> list[tuple]:
    from django.db import connection

    from bench.scoring_in_sql import statement

    with connection.cursor() as cursor:
        signal_ids = [signal.pk for signal in signals]
        cursor.execute(statement(over, signal_ids, times=times, database=connection.vendor))
        return cursor.fetchall()


def forget_peak_memory() -> None:
    """What was needed to make the world does not count (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_memory() -> float:
    """In MB, since it was last forgotten."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
