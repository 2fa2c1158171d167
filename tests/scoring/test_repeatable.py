"""Whoever writes what can be reckoned again does not wait for the disk; everybody else does."""

import pytest
from django.conf import settings
from django.db import connection, transaction

from scoring import repeatable

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


def test_not_as_part_of_something_larger():
    with transaction.atomic():
        with repeatable.atomic():
            assert waits()
        assert waits()
