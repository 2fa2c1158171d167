"""Whoever writes what can be reckoned again does not wait for the disk; everybody else does."""

from datetime import date

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from scoring import repeatable, starter
from scoring.freshening import score_stale
from tests.scoring.people import contact, did, moment

MONDAY = date(2026, 3, 2)
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite waits for the disk"),
]


def waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return cursor.fetchone() != ("off",)


@pytest.fixture(autouse=True)
def durable():
    """As PostgreSQL is by default, which the tests' own is not."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    yield
    connection.close()


def test_only_for_as_long_as_it_takes():
    with repeatable.atomic():
        assert not waits()
    assert waits()


def test_scores_are_written_so():
    starter.install(at=moment(MONDAY))
    did(contact(), "Webinar Booked", MONDAY, webinar="autumn")
    with CaptureQueriesContext(connection) as asked:
        score_stale(at=moment(MONDAY))
    statements = [one["sql"] for one in asked.captured_queries]
    off = next(n for n, sql in enumerate(statements) if "synchronous_commit = off" in sql)
    assert any("scoring_contactscore" in sql for sql in statements[off:])


def test_not_as_part_of_something_larger():
    with transaction.atomic():
        with repeatable.atomic():
            assert waits()
        assert waits()
