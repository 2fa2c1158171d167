"""Whether what is stored is what the facts give: everything reckoned from all events, and compared.

Writes nothing. Contacts with facts that the sweep has not come to yet are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from scoring import engine, source, tallies
from scoring.definition import Definition
from scoring.evaluate import evaluate
from scoring.source import Ids, Range


@dataclass(frozen=True)
class Verified:
    """How many contacts were compared, and which of them are stored otherwise."""

    checked: int
    different: tuple[int, ...]


def verify(contacts: Iterable[int] | Range, *, definition: Definition, day: date) -> Verified:
    """Compares the scores stored under the definition, and the tallies, with a full reckoning."""
    contacts = contacts if isinstance(contacts, Range) else Ids(tuple(contacts))
    checked = found = compare(contacts, definition=definition, day=day)
    if found.different:
        # A fact that came in between two readings looks like a difference: look again.
        found = compare(Ids(found.different), definition=definition, day=day)
    return Verified(checked.checked, found.different)


def compare(contacts: Ids | Range, *, definition: Definition, day: date) -> Verified:
    freshness = source.freshness(contacts)
    fresh = fresh_roots(freshness)
    if not fresh:
        return Verified(0, ())
    roots = Ids(tuple(fresh))
    family = freshness.filter(pc.is_in(freshness["root_id"], value_set=pa.array(fresh, pa.int64())))
    members = Ids(tuple(family["contact_id"].to_pylist()))
    with engine.connect(settings.VAR / "duckdb") as connection:
        recount = tallies.recount(
            tallies.signals_tallied(),
            source.events(members),
            source.tallies_as_stored(members),
            family,
            family.select(["contact_id"]),
            connection=connection,
        )
        tables = {
            "family": family,
            "gone": recount.gone.select(["contact_id"]),
            "changed": recount.changed.select(["contact_id"]),
            "stored_scores": source.scores(roots, definition.id),
        }
        for name, table in tables.items():
            connection.register(name, table)
        people = source.people(roots, definition)
        given = tallies.by_root(recount.standing, family)
        scores = evaluate(definition, given, people, day, connection=connection)
        return Verified(len(fresh), different(scores, tables["stored_scores"], connection))


def fresh_roots(freshness: pa.Table) -> list[int]:
    """The families of whom nobody has facts that are not scored yet."""
    stale = source.stale(freshness)
    return sorted(set(freshness["root_id"].to_pylist()) - set(stale["root_id"].to_pylist()))


def different(
    scores: pa.Table, stored: pa.Table, connection: duckdb.DuckDBPyConnection
) -> tuple[int, ...]:
    """The contacts whose scores, or tallies, are stored otherwise or not at all."""
    connection.register("evaluated", scores)
    columns = ", ".join(stored.column_names)
    rows = connection.execute(f"""
        SELECT contact_id FROM (
            SELECT {columns} FROM evaluated EXCEPT SELECT {columns} FROM stored_scores)
        UNION
        SELECT root_id FROM family
        WHERE contact_id IN (SELECT contact_id FROM gone UNION SELECT contact_id FROM changed)
        ORDER BY 1""").fetchall()
    return tuple(contact_id for (contact_id,) in rows)
