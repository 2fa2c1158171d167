"""Why a score was what it was: the receipts of contacts as of any day under any version.

A receipt reads the same chain of relations as the score itself (see `evaluate`), over people as
they were known to be on the day (see `past`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from leadhub.conditions.compile import Compilation
from leadhub.conditions.describe import name_of
from scoring import behaviour, evidence, fit, past, receipt_lines, said, source
from scoring.definition import Definition
from scoring.evaluate import Chain
from scoring.receipt import Fall, Receipt

# How many of the days on which something fades are looked at for falls.
TURNS_LOOKED_AT = 12

TOTALS = "SELECT contact_id, day, total FROM scores ORDER BY contact_id, day"
MOST_FIRST = [("points", "descending"), ("signal_id", "ascending")]

# Of each contact the day asked about, and the next ones on which something fades.
MOMENTS = f"""
    FROM moments
    UNION ALL
    SELECT contact_id, day
    FROM ({behaviour.TURNS} UNION {{turns_of_fit}}) WHERE day IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY day) <= {TURNS_LOOKED_AT}"""


def receipts_of(
    contact_ids: Iterable[int], *, definition: Definition, day: date
) -> dict[int, Receipt]:
    """The receipts of these contacts (roots) as of the day, from the facts as they are now."""
    roots = source.Ids(tuple(contact_ids))
    told, tallies = said.told(roots, definition, after=day), source.tallies(roots)
    people, assumed = past.on_day(told, definition, day)
    receipts = explain(definition, tallies, people, day)
    return {
        contact: replace(receipt, assumed=tuple(map(name_of, assumed.get(contact, ()))))
        for contact, receipt in receipts.items()
    }


def receipt_with_events(contact: int, *, definition: Definition, day: date) -> Receipt | None:
    """The contact's receipt with the names of the events that each line comes from."""
    receipt = receipts_of([contact], definition=definition, day=day).get(contact)
    return receipt and evidence.with_events(receipt, contact, definition)


def explain(
    definition: Definition, tallies: pa.Table, people: pa.Table, day: date
) -> dict[int, Receipt]:
    """The same from Arrow tables, as `evaluate` takes them."""
    # With no new fact: also for a past day, what was given after it is left out.
    given_by_then = tallies.filter(pc.less_equal(tallies["day"], pa.scalar(day)))
    chain = Chain(definition, given_by_then, people, day)
    chain.make(_ahead)
    chain.evaluate()
    scores, behaved, fitted = (
        {row["contact_id"]: row for row in _on(day, chain.relations[stage], "contact_id")}
        for stage in ("scores", "behaved", "fitted")
    )
    signals = _by_contact(_on(day, chain.relations["signals"], MOST_FIRST))
    given = _by_contact(chain.read(behaviour.FADING).to_pylist())
    falls, fading = _falls(chain.read(TOTALS)), receipt_lines.Fading(definition, day)
    fitting = receipt_lines.Fitting(definition)
    return {
        contact: receipt_lines.receipt(
            definition, fading, fitting, score, signals[contact], given[contact],
            behaved.get(contact), fitted[contact], tuple(falls[contact]),
        )
        for contact, score in scores.items()
    }  # fmt: skip


def _ahead(definition: Definition, to: Compilation) -> dict[str, str]:
    return {"moments": MOMENTS.format(turns_of_fit=fit.turns(definition, to))}


def _on(day: date, relation: pa.Table, order: str | list[tuple[str, str]]) -> list[dict]:
    """The relation's rows of the day."""
    return relation.filter(pc.equal(relation["day"], pa.scalar(day))).sort_by(order).to_pylist()


def _by_contact(rows: list[dict]) -> dict[int, list[dict]]:
    of = defaultdict(list)
    for row in rows:
        of[row["contact_id"]].append(row)
    return of


def _falls(totals: pa.Table) -> dict[int, list[Fall]]:
    """From each contact's totals in the order of their days; the first is that of today."""
    falls, before = defaultdict(list), {}
    for row in totals.to_pylist():
        contact, total = row["contact_id"], row["total"]
        if total < before.get(contact, total):
            falls[contact].append(Fall(row["day"], total - before[contact]))
        before[contact] = total
    return falls
