"""Scores and their ledger are about contacts that exist, whoever writes to the database."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from leadhub.records.models import Contact
from scoring import freshening, starter
from scoring.models import ContactScore, ScoreChange
from scoring.versions import definition_of, live_definition
from tests.scoring.people import contact, did, moment

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
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


@pytest.mark.parametrize("model", [ContactScore, ScoreChange])
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


@pytest.mark.parametrize("model", [ContactScore, ScoreChange])
def test_a_score_does_not_move_to_nobody(model):
    refused(f"UPDATE {model._meta.db_table} SET contact_id = %s", [NOBODY])


def test_a_contact_does_not_go_without_its_scores(person):
    others = [
        relation.related_model._meta.db_table
        for relation in Contact._meta.related_objects
        if relation.related_model not in (ContactScore, ScoreChange)
    ]
    with connection.cursor() as cursor:
        for table in ("scoring_tally", "records_event", "records_freshness"):
            assert table in others
            cursor.execute(f"DELETE FROM {table} WHERE contact_id = %s", [person.pk])
    refused("DELETE FROM records_contact WHERE id = %s", [person.pk])


def test_a_contact_goes_with_its_scores(person):
    person.delete()
    connection.check_constraints()
    assert not ContactScore.objects.exists()
    assert not ScoreChange.objects.exists()


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
