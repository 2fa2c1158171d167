"""Locks of PostgreSQL on a number: they go with the connection of whoever dies."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def held(number: int) -> Iterator[bool]:
    """Whether nobody else holds the lock; while the context lasts, nobody else gets it.

    SQLite has one worker a queue, which is alone by itself: always True.
    """
    if settings.ON_SQLITE:
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
