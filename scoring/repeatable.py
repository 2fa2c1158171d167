"""Transactions that only say what can be reckoned again."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction


@contextmanager
def atomic() -> Iterator[None]:
    """A transaction that PostgreSQL commits without waiting for its disk.

    If the machine fails within the next moment it is lost as a whole, with everything that was
    committed after it: nothing that rests on it outlives it. Part of a larger transaction it is
    committed as that is, which may hold what nobody can reckon again.
    """
    is_all = not connection.in_atomic_block
    with transaction.atomic():
        if is_all and not settings.ON_SQLITE:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
        yield
