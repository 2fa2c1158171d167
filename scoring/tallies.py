"""How often each contact gave each signal on each day: recounted from events, never added to.

The tallies of a contact's day are replaced as a whole by what its events say now, so that events
may arrive in any order, twice, or late, may move to another contact, or be found to be a bot's.
Nothing is written here: `ledger.py` writes what a `Recount` says.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa
from django.db.models import Q, QuerySet

from leadhub.conditions.compile import Compilation
from leadhub.conditions.fields import EVENT
from scoring import engine, source
from scoring.definition import Signal
from scoring.models import Signal as SignalRow
from scoring.versions import IN_USE, signal_of

# A row for each signal that an event gives.
MATCHED = """
    SELECT * FROM (
        SELECT contact_id, day, occurred_at, properties, unnest([{signals}]) AS signal_id
        FROM counting WHERE NOT is_bot)
    WHERE signal_id IS NOT NULL"""
COUNTED = """
    SELECT contact_id, signal_id, day, {count}::BIGINT AS count, max(occurred_at) AS last_at
    FROM matched WHERE signal_id IN ({ids}) GROUP BY contact_id, signal_id, day"""

# Events that lack the property, or have an empty text or something else than text, number or truth
# there, count as one value together.
DISTINCT = """
    count(DISTINCT CASE json_type(properties, {path})
        WHEN 'VARCHAR' THEN
            coalesce('t' || fold(nullif(json_extract_string(properties, {path}), '')), '')
        WHEN 'BOOLEAN' THEN 'b' || json_extract_string(properties, {path})
        WHEN 'BIGINT' THEN 'n' || json_extract_string(properties, {path})::DOUBLE::VARCHAR
        WHEN 'UBIGINT' THEN 'n' || json_extract_string(properties, {path})::DOUBLE::VARCHAR
        WHEN 'DOUBLE' THEN 'n' || json_extract_string(properties, {path})::DOUBLE::VARCHAR
        ELSE '' END)"""

# `stored` rows of signals not counted any more, or of days on which nothing happened, are kept.
REPLACED = """
    SELECT stored.* FROM stored
    WHERE signal_id IN (SELECT signal_id FROM signals_counted)
          AND (contact_id IN (SELECT contact_id FROM recounted)
               OR (contact_id, day) IN (SELECT contact_id, day FROM events))"""
GONE = """
    SELECT contact_id, signal_id, day FROM replaced
    ANTI JOIN counted USING (contact_id, signal_id, day)"""
CHANGED = "SELECT * FROM counted EXCEPT SELECT * FROM stored"
STANDING = """
    SELECT contact_id, signal_id, day, count FROM counted
    UNION ALL
    SELECT contact_id, signal_id, day, count FROM stored
    ANTI JOIN replaced USING (contact_id, signal_id, day)"""

BY_ROOT = """
    SELECT root_id AS contact_id, signal_id, day, count
    FROM standing_tallies JOIN family USING (contact_id)"""


@dataclass(frozen=True)
class Recount:
    """`standing`: all tallies as they are now, by contact. `gone` and `changed` are what the
    database does not have yet: rows to delete, and rows to insert or update.
    """

    standing: pa.Table
    gone: pa.Table
    changed: pa.Table


def signals_counted() -> list[Signal]:
    """The signals whose tallies are kept up: those that a live or coming version uses, and all
    that no other has replaced, also while their past is still being tallied.
    """
    return [signal_of(row) for row in _counted()]


def signals_tallied() -> list[Signal]:
    """Those of them whose past has been tallied: what is stored must be what is counted."""
    return [signal_of(row) for row in _counted().filter(tallied_at__isnull=False)]


def _counted() -> QuerySet[SignalRow]:
    used = Q(weights__definition__status__in=IN_USE)
    return SignalRow.objects.filter(used | Q(successor=None)).distinct()


def recount(
    signals: Iterable[Signal],
    events: pa.Table,
    stored: pa.Table,
    recounted: pa.Table,
    *,
    connection: duckdb.DuckDBPyConnection,
) -> Recount:
    """Replaces what is `stored` for the signals on the days that `events` has rows of, and on
    every day of the contacts in `recounted`.

    Each of those days must have all of its events there. Tables as in `source`.
    """
    signals = list(signals)
    ids = pa.table({"signal_id": pa.array([signal.id for signal in signals], pa.int64())})
    connection.register("counted", count(signals, events, connection=connection))
    connection.register("stored", stored)
    connection.register("recounted", recounted)
    connection.register("signals_counted", ids)
    engine.make(connection, "replaced", REPLACED, {})
    return Recount(*(engine.read(connection, sql) for sql in (STANDING, GONE, CHANGED)))


def by_root(
    standing: pa.Table, family: pa.Table, *, connection: duckdb.DuckDBPyConnection
) -> pa.Table:
    """The tallies under the roots of those who gave them; `family` as `source.freshness`."""
    connection.register("standing_tallies", standing)
    connection.register("family", family)
    return engine.read(connection, BY_ROOT)


def count(
    signals: Iterable[Signal], events: pa.Table, *, connection: duckdb.DuckDBPyConnection
) -> pa.Table:
    """Tallies of the events: contact_id, signal_id, day, count, last_at."""
    signals = list(signals)
    connection.register("events", events)
    if not signals:
        return source.TALLIES_AS_STORED.empty_table()
    to = Compilation(EVENT)
    matched = MATCHED.format(signals=", ".join(_given(signal, to) for signal in signals))
    counted = " UNION ALL ".join(_counts(signals, to))
    links = f"WITH counting AS ({to.folded('events')}), matched AS MATERIALIZED ({matched})"
    engine.make(connection, "tallied", f"{links} {counted}", to.values)
    return engine.read(connection, "FROM tallied")


def _given(signal: Signal, to: Compilation) -> str:
    """The signal's id if the event gives it."""
    return f"CASE WHEN {to.holds(signal.conditions)} THEN {to.bind(signal.id)}::BIGINT END"


def _counts(signals: list[Signal], to: Compilation) -> Iterator[str]:
    """A query for the signals that count every event, and one for each property of which
    different values are counted.
    """
    alike = defaultdict(list)
    for signal in signals:
        alike[signal.distinct_property].append(signal)
    for distinct, those in alike.items():
        ids = ", ".join(to.bind(signal.id) for signal in those)
        yield COUNTED.format(count=_count_of(distinct, to), ids=ids)


def _count_of(distinct_property: str, to: Compilation) -> str:
    if not distinct_property:
        return "count(*)"
    _, path = to.json_place(f"properties.{distinct_property}")
    return DISTINCT.format(path=path)
