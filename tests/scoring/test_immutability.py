"""What was published never changes, whoever writes: the database itself refuses."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from scoring import immutability, publishing, starter, versions
from scoring.models import Definition, Disqualifier, FitCriterion, FitGroup, Signal, SignalWeight

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PARTS = [SignalWeight, FitGroup, FitCriterion, Disqualifier]
CHANGED = {SignalWeight: "points", FitGroup: "cap", FitCriterion: "points"}


@pytest.fixture
def live(db):
    return starter.install(at=NOW)


@pytest.fixture
def draft(live):
    return versions.copy_as_draft(original=live, by=None, at=NOW)


def refused():
    return pytest.raises(IntegrityError, match="never changes")


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_live_version_can_be_neither_changed_nor_deleted(live, part):
    rows = part.objects.filter(definition=live)
    before = list(rows.values())
    new = {"name": "Nobody"} if part is Disqualifier else {CHANGED[part]: F(CHANGED[part]) + 1}
    for attempt in (lambda: rows.update(**new), lambda: rows.delete()):
        with refused(), transaction.atomic():
            attempt()
    assert list(rows.values()) == before


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_draft_can(draft, part):
    rows = part.objects.filter(definition=draft)
    assert rows.update(definition=draft) == rows.count() > 0
    rows.delete()


def test_a_live_version_gets_no_new_part(live):
    with refused(), transaction.atomic():
        FitGroup.objects.create(definition=live, name="Budget", cap=10)


def test_a_part_cannot_be_moved_into_a_live_version(live, draft):
    draft.weights.all().delete()
    group = draft.fit_groups.first()
    with refused(), transaction.atomic():
        FitGroup.objects.filter(pk=group.pk).update(definition=live, name="Budget")


@pytest.mark.parametrize("new", [{"threshold": 1}, {"cap_shallow": 99}, {"version": 7}])
def test_the_version_itself_stays_as_it_was(live, new):
    with refused(), transaction.atomic():
        Definition.objects.filter(pk=live.pk).update(**new)


@pytest.mark.parametrize("status", ["draft", "coming"])
def test_a_live_version_never_goes_back(live, status):
    with refused(), transaction.atomic():
        Definition.objects.filter(pk=live.pk).update(status=status)


def test_a_live_version_cannot_be_deleted(live):
    with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
        Definition.objects.filter(pk=live.pk)._raw_delete("default")
    assert publishing.live_definition() == live


def test_a_coming_version_can_only_be_withdrawn(draft):
    publishing.publish(definition=draft, by=None, at=NOW)
    with refused(), transaction.atomic():
        draft.weights.update(points=1)
    publishing.withdraw(definition=draft, at=timezone.now())
    draft.weights.update(points=1)


@pytest.mark.parametrize(
    "new", [{"conditions": {"all": []}}, {"intent": "high"}, {"name": "Webinar seen"}]
)
def test_the_signal_of_a_live_version_keeps_its_meaning(live, new):
    with refused(), transaction.atomic():
        Signal.objects.filter(name="Webinar booked").update(**new)


def test_what_does_not_change_a_signals_meaning_may_change(live):
    webinar = Signal.objects.filter(name="Webinar booked")
    assert webinar.update(description="Booked a seat.") == 1


def test_a_signal_of_drafts_only_may_change(live, draft):
    fresh = Signal.objects.create(name="Read the blog", intent="shallow", conditions={"all": []})
    draft.weights.create(signal=fresh, points=1)
    assert Signal.objects.filter(pk=fresh.pk).update(intent="medium") == 1


def test_every_trigger_stands_after_all_migrations(db):
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        standing = {name for (name,) in cursor.fetchall()}
    assert {immutability.trigger(*guarded) for guarded in immutability.GUARDED} <= standing


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_", range(2))
def test_tests_that_commit_leave_nothing_behind(_):
    assert not Definition.objects.exists()
    starter.install(at=NOW)
