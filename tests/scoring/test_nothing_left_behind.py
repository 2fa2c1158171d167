"""Scores, their ledger and tallies are about contacts and signals that exist, whoever writes to the
database.
"""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from leadhub.records.models import Contact
from scoring import freshening, starter
from scoring.models import ContactScore, ScoreChange, Signal, Tally
from scoring.versions import definition_of, live_definition
from tests.at_once import meanwhile
from tests.scoring.people import contact, did, moment

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)
NOBODY = 987_654_321


@pytest.fixture(autouse=True)
def person():
    starter.install(at=timezone.now())
    person = contact()
    did(person, "Demo Requested", MONDAY)
    freshening.score_stale(at=moment(MONDAY))
    return person


def refused(sql: str, values: list) -> None:
    """At once, or when the transaction ends."""
    with pytest.raises(IntegrityError):
        done(sql, values)


@transaction.atomic
def done(sql: str, values: list) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    connection.check_constraints()


OF_CONTACTS = (ContactScore, ScoreChange, Tally)


@pytest.mark.parametrize("model", OF_CONTACTS)
def test_nobody_is_scored_who_is_not_there(model):
    table = model._meta.db_table
    names = [f.column for f in model._meta.concrete_fields if f.name not in ("id", "contact")]
    # Under another version, so that nobody has two scores under one.
    columns = ["definition_id + 1" if name == "definition_id" else name for name in names]
    refused(
        f"INSERT INTO {table} (contact_id, {', '.join(names)}) SELECT %s, {', '.join(columns)}"
        f" FROM {table}",
        [NOBODY],
    )


@pytest.mark.parametrize("model", OF_CONTACTS)
def test_what_is_somebodys_does_not_move_to_nobody(model):
    refused(f"UPDATE {model._meta.db_table} SET contact_id = %s", [NOBODY])


@pytest.mark.parametrize("left_behind", OF_CONTACTS)
def test_a_contact_does_not_go_without_what_was_reckoned(person, left_behind):
    of_others = {"records_event", "records_freshness"}
    of_others |= {model._meta.db_table for model in OF_CONTACTS if model is not left_behind}
    related = {relation.related_model._meta.db_table for relation in Contact._meta.related_objects}
    assert of_others <= related
    with connection.cursor() as cursor:
        for table in of_others:
            cursor.execute(f"DELETE FROM {table} WHERE contact_id = %s", [person.pk])
    assert left_behind.objects.filter(contact=person).exists()
    refused("DELETE FROM records_contact WHERE id = %s", [person.pk])


def test_a_contact_goes_with_what_was_reckoned(person):
    person.delete()
    connection.check_constraints()
    for model in OF_CONTACTS:
        assert not model.objects.exists()


@pytest.fixture
def tallied(person) -> Signal:
    """A signal that no version weighs, with a tally."""
    signal = Signal.objects.create(name="Seen", intent="shallow", conditions={"all": []})
    Tally.objects.create(contact=person, signal=signal, day=MONDAY, count=1, last_at=moment(MONDAY))
    return signal


def test_nothing_is_tallied_of_a_signal_that_is_not_there(person):
    refused(
        "INSERT INTO scoring_tally (contact_id, signal_id, day, count, last_at)"
        " SELECT contact_id, %s, day, count, last_at FROM scoring_tally",
        [NOBODY],
    )


def test_a_tally_does_not_move_to_no_signal(person):
    refused("UPDATE scoring_tally SET signal_id = %s", [NOBODY])


def test_a_signal_does_not_go_without_its_tallies(tallied):
    refused("DELETE FROM scoring_signal WHERE id = %s", [tallied.pk])


def test_a_signal_goes_with_its_tallies(tallied):
    tallied.delete()
    connection.check_constraints()
    assert not Tally.objects.filter(signal_id=tallied.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_signal_that_goes_while_it_is_tallied_leaves_no_tally_behind(person, tallied):
    """Whoever deletes it waits for whoever tallies it, and then finds what was tallied."""

    def tally_another_day():
        Tally.objects.create(
            contact=person, signal=tallied, day=MONDAY + DAY, count=1, last_at=moment(MONDAY + DAY)
        )

    went = meanwhile(tally_another_day, tallied.delete)
    orphans = Tally.objects.exclude(signal__in=Signal.objects.all())
    assert not orphans.exists(), went


def test_first_scores_meet_one_that_somebody_else_wrote_meanwhile(person, monkeypatch):
    """Everyone's scores are gone when they are read, and one of them is back when they are
    written: it stays as it is, and the ledger says nothing twice.
    """
    another = contact()
    freshening.score_stale(at=moment(MONDAY))
    live = definition_of(live_definition())
    kept = ContactScore.objects.get(contact=person)
    ContactScore.objects.all().delete()
    ScoreChange.objects.all().delete()
    reads = freshening.Facts

    def meanwhile(*facts):
        kept.save(force_insert=True)
        return reads(*facts)

    monkeypatch.setattr(freshening, "Facts", meanwhile)
    changed = freshening.score_contacts(
        [person.pk, another.pk], definition=live, day=MONDAY, cause="definition", at=moment(MONDAY)
    )
    assert changed == 1
    assert ContactScore.objects.count() == 2
    assert list(ScoreChange.objects.values_list("contact", "cause")) == [(another.pk, "definition")]
