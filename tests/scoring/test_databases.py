"""From facts in the database to scores in it, against the oracle, and the rules that must hold."""

import contextlib
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadhub.records.models import Freshness
from scoring import versions
from scoring.evaluate import SCORE
from scoring.freshening import score_contacts, score_stale
from scoring.models import ContactScore, ScoreChange, Tally
from scoring.receipts import receipts_of
from tests.scoring import oracle, stored, worlds

pytestmark = pytest.mark.django_db
SOME = settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True,
    report_multiple_bugs=False,
)  # fmt: skip


@contextlib.contextmanager
def undone():
    """What happens within is rolled back: each example starts with nothing."""
    versions.remembered.cache_clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def scores(definition=None) -> dict[int, dict]:
    """contact → its score, without when it was written; under the one version there is, or that
    one.
    """
    names = ("day", *(name for name in SCORE.names if name != "contact_id"))
    rows = ContactScore.objects.values("contact_id", *names)
    if definition is not None:
        rows = rows.filter(definition=definition)
    return {row.pop("contact_id"): row for row in rows}


def tallies() -> list[tuple]:
    fields = ("contact_id", "signal_id", "day", "count", "last_at")
    return sorted(Tally.objects.values_list(*fields))


@SOME
@given(definition=worlds.definitions(), world=worlds.WORLDS, ordered=st.permutations(range(30)))
def test_scores_in_the_database_are_the_oracles(definition, world, ordered):
    """Whatever the order in which events arrive, and however often scoring comes between."""
    with undone():
        at = stored.noon(worlds.TODAY)
        definition = stored.live(definition, at=at)
        contacts = [stored.person(person, n) for n, (person, _) in enumerate(world)]
        events = [(n, event) for n, (_, events) in enumerate(world) for event in events]
        arriving = [events[place] for place in ordered if place < len(events)]
        for position, (number, event) in enumerate(arriving):
            stored.happened(contacts[number], event)
            if position % 3 == 0:
                score_stale(at=at)
        score_stale(at=at)
        assert score_stale(at=at) == 0
        found = scores()
        signals = [weight.signal for weight in definition.weights]
        for contact, (person, those) in zip(contacts, world, strict=True):
            given = oracle.tallies_of(signals, those)
            expected = oracle.score(definition, given, person, worlds.TODAY)
            assert found[contact.pk] == {"day": worlds.TODAY, **expected}
        receipts = receipts_of(found, definition=definition, day=worlds.TODAY)
        for contact, receipt in receipts.items():
            assert sum(line.points for line in receipt.lines) == found[contact]["total"]


@SOME
@given(definition=worlds.definitions(), world=worlds.WORLDS, days=st.integers(0, 40))
def test_scoring_whom_time_changes_is_scoring_all(definition, world, days):
    """Nobody whose `changes_on` lies ahead has another score, so the night may pass them by."""
    with undone():
        at = stored.noon(worlds.TODAY)
        definition = stored.live(definition, at=at)
        for number, (person, events) in enumerate(world):
            contact = stored.person(person, number)
            for event in events:
                stored.happened(contact, event)
        score_stale(at=at)
        later = worlds.TODAY + timedelta(days=days)
        due = set(
            ContactScore.objects.filter(changes_on__lte=later).values_list("contact_id", flat=True)
        )
        everyone = list(ContactScore.objects.values_list("contact_id", flat=True))
        before = scores()
        changed = score_contacts(
            everyone, definition=definition, day=later, cause="time", at=stored.noon(later)
        )
        after = scores()
        assert {contact for contact in everyone if after[contact] != before[contact]} == due
        assert changed == len(due)


@SOME
@given(definition=worlds.definitions(), world=worlds.WORLDS)
def test_scoring_again_writes_nothing(definition, world):
    with undone():
        at = stored.noon(worlds.TODAY)
        definition = stored.live(definition, at=at)
        for number, (person, events) in enumerate(world):
            contact = stored.person(person, number)
            for event in events:
                stored.happened(contact, event)
        score_stale(at=at)
        before = scores(), tallies(), ScoreChange.objects.count()
        Freshness.objects.update(scored_revision=0)
        assert score_stale(at=at) == len(world)
        assert (scores(), tallies(), ScoreChange.objects.count()) == before
