"""Why a score was what it was: the receipts of contacts as of any day under any version.

A receipt reads the same chain of relations as the score itself (see `evaluate`), over people as
they were known to be on the day (see `past`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from leadhub.conditions.compile import Compilation
from scoring import behaviour, evidence, fit, past, receipt_lines, said, source
from scoring.definition import Definition
from scoring.evaluate import Chain
from scoring.receipt import Fall, Receipt

Told = TypeVar("Told")

# How many of the days on which something fades are looked at for falls.
TURNS_LOOKED_AT = 12

# Of each contact the day asked about, and the next ones on which something fades.
MOMENTS = f"""
    FROM moments
    UNION ALL
    SELECT contact_id, day
    FROM ({behaviour.TURNS} UNION {{turns_of_fit}}) WHERE day IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY day) <= {TURNS_LOOKED_AT}"""


# What is said alike of many is read, and told, once for all of them: the `contacts`.
ALIKE = """
    SELECT list(contact_id) AS contacts, {said}
    FROM {relation} WHERE day = $day::DATE GROUP BY ALL"""
SCORED = ALIKE.format(
    said="""day, total, behaviour, fit, grade, band, qualified, high_intent, disqualified_by,
        approachable""",
    relation="scores",
)
SIGNALLED = f"""
    {ALIKE.format(said="signal_id, points, capped, count, last_on", relation="signals")}
    HAVING points > 0 ORDER BY points DESC, signal_id"""
BEHAVED = ALIKE.format(said="* EXCLUDE (contact_id, day, turns_on)", relation="behaved")
FITTED = ALIKE.format(said="* EXCLUDE (contact_id, day, turns_on)", relation="fitted")
FALLS = """
    SELECT list(contact_id) AS contacts, day, points
    FROM (SELECT contact_id, day, total - lag(total) OVER story AS points
          FROM scores WINDOW story AS (PARTITION BY contact_id ORDER BY day))
    WHERE points < 0 GROUP BY ALL ORDER BY day"""


def receipts_of(
    contact_ids: Iterable[int], *, definition: Definition, day: date
) -> dict[int, Receipt]:
    """The receipts of these contacts (roots) as of the day, from the facts as they are now."""
    roots = source.Ids(tuple(contact_ids))
    told, tallies = said.told(roots, definition, after=day), source.tallies(roots)
    people, assumed = past.on_day(told, definition, day)
    return explain(definition, tallies, people, day, assumed=assumed)


def receipt_with_events(contact: int, *, definition: Definition, day: date) -> Receipt | None:
    """The contact's receipt with the names of the events that each line comes from."""
    receipt = receipts_of([contact], definition=definition, day=day).get(contact)
    return receipt and evidence.with_events(receipt, contact, definition)


def explain(
    definition: Definition,
    tallies: pa.Table,
    people: pa.Table,
    day: date,
    *,
    assumed: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> dict[int, Receipt]:
    """The same from Arrow tables, as `evaluate` takes them. `assumed` is contact → the fields of
    which a later value is assumed.
    """
    # With no new fact: also for a past day, what was given after it is left out.
    given_by_then = tallies.filter(pc.less_equal(tallies["day"], pa.scalar(day)))
    chain = Chain(definition, given_by_then, people, day)
    chain.make(_ahead)
    chain.evaluate()
    telling = receipt_lines.Telling(definition, day)
    scored = _one_each(chain.read(SCORED, day=day), telling.standing)
    signals = _several_each(chain.read(SIGNALLED, day=day), telling.signal)
    given = _several_each(chain.read(behaviour.FADING), telling.tally)
    limits = _one_each(chain.read(BEHAVED, day=day), telling.limits)
    fits = _one_each(chain.read(FITTED, day=day), telling.fit)
    falls = _several_each(chain.read(FALLS), lambda row: Fall(row["day"], row["points"]))
    return {
        contact: telling.receipt(
            standing, signals[contact], given[contact], limits.get(contact, ()), fits[contact],
            falls[contact], assumed.get(contact, ()),
        )
        for contact, standing in scored.items()
    }  # fmt: skip


def _ahead(definition: Definition, to: Compilation) -> dict[str, str]:
    return {"moments": MOMENTS.format(turns_of_fit=fit.turns(definition, to))}


def _one_each(rows: pa.Table, tell: Callable[[dict], Told]) -> dict[int, Told]:
    """Contact → what is told of the row it is in."""
    of = {}
    for row in rows.to_pylist():
        of.update(dict.fromkeys(row["contacts"], tell(row)))
    return of


def _several_each(rows: pa.Table, tell: Callable[[dict], Told]) -> dict[int, list[Told]]:
    """Contact → what is told of the rows it is in, in their order."""
    of = defaultdict(list)
    for row in rows.to_pylist():
        told = tell(row)
        for contact in row["contacts"]:
            of[contact].append(told)
    return of
