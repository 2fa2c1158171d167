"""What scoring is measured against: one SQL statement over tallies, one over raw events, and DuckDB
alone over the same data in tables of its own. All of them must find what is stored, row by row.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.figures import Figure


def figures(signals, definition, contacts: int) -> Iterator[Figure]:
    for over in ("tallies", "events"):
        started = time.perf_counter()
        assert len(ask(over, signals, times=1)) == contacts
        took = time.perf_counter() - started
        yield Figure(f"one SQL statement over {over}, scores only", contacts / took, "contacts/s")
    took = in_duckdb_alone(definition)
    yield Figure("DuckDB alone, in tables of its own", contacts / took, "contacts/s")


def assert_alike(signals, definition, *, times: int) -> None:
    """Row by row: what is stored, and both statements."""
    expected = stored(definition)
    for over in ("tallies", "events"):
        found = ask(over, signals, times=times)
        assert found == expected, f"{over}: {different(found, expected)}"


def stored(definition) -> list[tuple]:
    from scoring.models import ContactScore

    rows = ContactScore.objects.filter(definition_id=definition.id).order_by("contact_id")
    return list(rows.values_list("contact_id", "behaviour", "fit"))


def different(found: list, expected: list) -> str:
    wrong = [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1]]
    return f"{len(wrong)} differ, such as {wrong[:3]}"


def ask(over: str, signals, *, times: int) -> list[tuple]:
    from django.db import connection

    from bench.scoring_in_sql import statement

    with connection.cursor() as cursor:
        signal_ids = [signal.pk for signal in signals]
        cursor.execute(statement(over, signal_ids, times=times, database=connection.vendor))
        return cursor.fetchall()


@contextmanager
def both_cores(duck) -> Iterator[None]:
    """The limit may use what nobody else needs."""
    duck.execute("SET threads = 2")
    try:
        yield
    finally:
        duck.execute("SET threads = 1")


def in_duckdb_alone(definition) -> float:
    """Seconds for everyone's scores where all of it is in DuckDB already: the limit."""
    from bench.scoring_world import TODAY
    from leadhub.conditions.compile import Compilation
    from leadhub.conditions.fields import ATTRIBUTES
    from leadhub.records.models import Contact
    from scoring import engine, source
    from scoring.evaluate import chained, inputs
    from scoring.source import Range

    everyone = Range(1, Contact.objects.latest("id").pk)
    people, tallies = source.people(everyone, definition), source.tallies(everyone)
    tables = inputs(definition, tallies, people, TODAY)
    to = Compilation(ATTRIBUTES)
    chain = ", ".join(f"{name} AS ({sql})" for name, sql in chained(definition, to).items())
    with engine.connect() as duck, both_cores(duck):
        for name, table in tables.items():
            duck.register("arriving", table)
            duck.execute(f"CREATE TEMP TABLE {name} AS FROM arriving")
        started = time.perf_counter()
        asked = f"WITH {chain} SELECT contact_id, behaviour, fit FROM scores ORDER BY contact_id"
        found = duck.execute(asked, to.values).fetchall()
        took = time.perf_counter() - started
    assert found == stored(definition), different(found, stored(definition))
    return took
