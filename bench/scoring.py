"""Scoring: everyone verified, rewritten, 2 % stale, one, a new signal, a year; beside plain SQL."""

import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.figures import Figure

STACKS = ("postgresql", "sqlite")
ONE_BY_ONE = 30
FIRST = "First"


def add_options(parser) -> None:
    parser.add_argument("--contacts", type=int, default=100_000, help="SQLite gets a tenth")
    parser.add_argument("--events", type=int, default=1_000_000, help="SQLite gets a tenth")
    parser.add_argument(
        "--growth", action="store_true", help="measure a tenth of it too, and the exponent"
    )
    parser.add_argument(
        "--keep", metavar="FOLDER", help="keep the world there, and use it if it is there"
    )


@dataclass(frozen=True)
class World:
    """Contacts by their number, the signals that are weighed, and the version that is live."""

    everyone: range
    signals: list
    live: object


def measure(stack, options) -> Iterator[Figure]:
    from django.conf import settings

    from bench import scoring_beside as beside
    from bench import scoring_workers as workers

    at = datetime(2026, 3, 10, 18, tzinfo=settings.ORGANISATION_ZONE)
    share = 10 if stack.name == "sqlite" else 1
    contacts, events = options.contacts // share, options.events // share
    yield Figure("contacts", contacts, "contacts")
    yield Figure("events", events, "events")
    if is_there(contacts):
        world = kept(at)
    else:
        world = yield from made(contacts, events, options, at)
    beside.assert_alike(world.signals, world.live, times=1)
    yield from verified(world, at)
    yield from beside.figures(world.signals, world.live, contacts)
    coming = heavier(world, at, name="Second", times=2)
    rewritten = yield from rewrite(world.everyone, coming, at)
    beside.assert_alike(world.signals, coming, times=2)
    yield from stale(world.everyone, at, rewritten)
    yield from few(world.everyone, at)
    yield from over_a_year(world.everyone, coming, at)
    # The version that is coming goes live: from here on nothing else is under way.
    workers.work_off(at=at)
    yield from new_signal(at)
    yield from reckoned_anew(world.everyone, world.live, at)
    yield from workers.memory(at)
    if stack.name == "postgresql":
        yield from workers.shared(at)
        yield from workers.published_by_two(world, heavier, at)


def is_there(contacts: int) -> bool:
    from leadhub.records.models import Contact

    there = Contact.objects.count()
    assert there in (0, contacts), f"the world that was kept has {there:,} contacts"
    return bool(there)


def kept(at) -> World:
    """The world that was kept, with the version under which it was made live again."""
    from bench import scoring_world
    from bench.scoring_workers import work_off
    from leadhub.records.models import Contact
    from scoring import publishing, versions
    from scoring.models import Definition

    if coming := versions.coming_definition():
        publishing.withdraw(definition=coming, at=at)
    live = versions.live_definition()
    if live.name != FIRST:
        original = Definition.objects.filter(name=FIRST).first()
        first = versions.copy_as_draft(original=original, by=None, at=at, name=FIRST)
        publishing.publish(definition=first, by=None, at=at)
        work_off(at=at)
        live = versions.live_definition()
    vacuum()
    signals = scoring_world.signals()
    return World(range(Contact.objects.count()), signals, versions.definition_of(live))


def made(contacts: int, events: int, options, at) -> Iterator[Figure]:
    """A new world, in which everyone is tallied and scored; with --growth a tenth of it first."""
    from bench import scoring_world

    signals = scoring_world.signals()
    live = publish(scoring_world.definition(signals, name=FIRST, times=1, at=at), at=at)
    tenth, their_events = range(0), range(0)
    if options.growth:
        tenth, their_events = range(contacts // 10), range(events // 10)
    fill(tenth, their_events)
    if tenth:
        score_all(tenth, live, cause="facts", at=at)
        by_a_tenth, _ = score_all(tenth, live, cause="correction", at=at)
    more = range(tenth.stop, contacts)
    fill(more, range(their_events.stop, events))
    yield from tallied(more, live, at)
    if tenth:
        by_all, _ = score_all(range(contacts), live, cause="correction", at=at)
        exponent = math.log10(by_all / by_a_tenth)
        yield Figure("growth from a tenth, exponent (1 is linear)", exponent, "", 1.1, True)
    return World(range(contacts), signals, live)


def verified(world: World, at) -> Iterator[Figure]:
    took, changed = score_all(world.everyone, world.live, cause="correction", at=at)
    assert changed == 0, f"{changed} scores changed without a new fact"
    rate = len(world.everyone) / took
    yield Figure("verified, nothing to write", rate, "contacts/s", 150_000)


def heavier(world: World, at, *, name: str, times: int):
    """A version that weighs everything so many times as much, and is coming."""
    from bench import scoring_world
    from scoring import publishing, versions

    draft = scoring_world.definition(world.signals, name=name, times=times, at=at)
    publishing.publish(definition=draft, by=None, at=at)
    return versions.definition_of(draft)


def fill(contacts: range, events: range) -> None:
    from bench import scoring_world as world
    from leadhub.records.models import Source

    source, _ = Source.objects.get_or_create(name="Made world", kind=Source.Kind.SERVER)
    world.make(contacts=contacts, events=events, source_id=source.pk)


def publish(draft, *, at):
    """The draft, live in place of the starter."""
    from scoring import models, publishing, versions

    models.Definition.objects.filter(status="live").update(status="retired")
    publishing.publish(definition=draft, by=None, at=at)
    publishing.finish_publishing(at=at)
    draft.refresh_from_db()
    return versions.definition_of(draft)


def tallied(contacts: range, live, at) -> Iterator[Figure]:
    took, changed = score_all(contacts, live, cause="facts", at=at)
    assert changed == 0, "new facts are scored before anybody is compared"
    yield Figure("all new: tallied, scored, written", len(contacts) / took, "contacts/s")
    vacuum()


def vacuum() -> None:
    """What the database does by itself within minutes: measured is what comes after."""
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if settings.ON_SQLITE else "VACUUM ANALYZE")


def rewrite(contacts: range, coming, at):
    from scoring.models import ContactScore, ScoreChange

    took, changed = score_all(contacts, coming, cause="definition", at=at)
    written = ContactScore.objects.filter(definition_id=coming.id).count()
    stated = ScoreChange.objects.filter(definition_id=coming.id).count()
    assert changed == written == stated == len(contacts)
    rate = len(contacts) / took
    yield Figure("rewritten, each with its ledger row", rate, "contacts/s", 60_000)
    vacuum()
    return took


def stale(contacts: range, at, rewritten: float) -> Iterator[Figure]:
    ids = [number + 1 for number in contacts if number % 50 == 0]
    happened(ids, at)
    took = timed(lambda: score_stale(len(ids), at))
    yield Figure("2 % stale, under two versions", took, "s", rewritten / 10, True)


def few(contacts: range, at) -> Iterator[Figure]:
    chosen = random.Random(1).sample(range(1, len(contacts) + 1), ONE_BY_ONE + 1)
    took = []
    for contact in chosen:
        happened([contact], at)
        took.append(timed(lambda: score_stale(1, at)))
    yield Figure("one contact, fact to written score", median(took[1:]) * 1000, "ms", 15, True)
    together = []
    for first in (1, 2001, 4001):
        happened(range(first, first + 1000), at)
        together.append(timed(lambda: score_stale(1000, at)))
    yield Figure("1,000 contacts together", median(together) * 1000, "ms", 200, True)


def happened(contact_ids, at) -> None:
    """An event of each of them, now."""
    from leadhub.records.freshness import touch
    from leadhub.records.models import Event, Source

    source = Source.objects.get(name="Made world")
    day, number = at.date(), Event.objects.latest("id").pk
    Event.objects.bulk_create(
        [
            Event(source=source, message_id=f"late-{number}-{contact}", kind="track",
                  name="Event 1", occurred_at=at, received_at=at, day=day,
                  contact_id=contact, revision=revision)
            for contact, revision in touch(contact_ids).items()
        ],
        batch_size=2000,
    )  # fmt: skip


def score_stale(contacts: int, at) -> None:
    from scoring import freshening

    scored = 0
    while did := freshening.score_stale(at=at):
        scored += did
    assert scored == contacts, f"{scored} of {contacts} were stale"


def over_a_year(contacts: range, definition, at) -> Iterator[Figure]:
    """Steps and record highs of everyone; each contact's last step is its stored score."""
    from scoring.histories import histories_of, record_highs_of
    from scoring.source import Range

    last = at.date()
    period = {"definition": definition, "first": last - timedelta(days=364), "last": last}
    everyone = Range(1, len(contacts))
    assert_ends_alike(histories_of(everyone, **period), definition)
    for name, asked in (("every step", histories_of), ("record highs", record_highs_of)):
        started = time.perf_counter()
        rows = sum(part.num_rows for part in asked(everyone, **period))
        took = time.perf_counter() - started
        yield Figure(f"{name} of a year for all: {rows:,} rows", took, "s", 20, True)


def assert_ends_alike(histories, definition) -> None:
    from scoring.models import ContactScore

    rows = ContactScore.objects.filter(definition_id=definition.id)
    stored = dict(rows.values_list("contact_id", "total"))
    found = {}
    for part in histories:
        pairs = (part[name].to_pylist() for name in ("contact_id", "total"))
        found |= dict(zip(*pairs, strict=True))
    assert found == stored


def new_signal(at) -> Iterator[Figure]:
    from bench import scoring_world as world
    from bench.scoring_workers import work_off
    from scoring import runs
    from scoring.models import Signal, Tally

    number = Signal.objects.count()
    signal = Signal.objects.create(**world.common_signal() | {"name": f"Common, {number} before"})
    runs.begin_tallying(signal=signal, by=None, at=at)
    took = timed(lambda: work_off(at=at))
    assert Tally.objects.filter(signal=signal).exists()
    yield Figure("a new signal on a name that 30 % of events bear", took, "s", 30, True)


def reckoned_anew(contacts: range, live, at) -> Iterator[Figure]:
    """Verified from the events themselves, tallies too: what a night does with one in a hundred."""
    from scoring import verifying
    from scoring.source import Range

    some = Range(1, max(1, len(contacts) // 10))
    started = time.perf_counter()
    found = verifying.verify(some, definition=live, day=at.date())
    took = time.perf_counter() - started
    assert found.checked == some.last
    assert not found.different
    yield Figure("reckoned anew from all events (a tenth)", some.last / took, "contacts/s")


def score_all(contacts: range, definition, *, cause, at) -> tuple[float, int]:
    """Seconds, and how many scores changed."""
    from bench.scoring_world import told
    from scoring.freshening import score_contacts
    from scoring.runs import CONTACTS_A_CHUNK
    from scoring.source import Range

    started, changed = time.perf_counter(), 0
    for first in range(contacts.start + 1, contacts.stop + 1, CONTACTS_A_CHUNK):
        some = Range(first, min(contacts.stop, first + CONTACTS_A_CHUNK - 1))
        changed += score_contacts(some, definition=definition, day=at.date(), cause=cause, at=at)
        if first // CONTACTS_A_CHUNK % 20 == 0:
            told(f"{cause}: {some.last:,} of {contacts.stop:,} contacts")
    return time.perf_counter() - started, changed


def timed(what: Callable) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
