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
from django.conf import settings

from leadhub.conditions.compile import Compilation
from leadhub.conditions.describe import name_of
from leadhub.conditions.fields import ATTRIBUTES
from scoring import behaviour, engine, evidence, fit, past, receipt_lines, said, source
from scoring.definition import Definition
from scoring.evaluate import Chain
from scoring.receipt import Fall, Receipt

# How many of the days on which something fades are looked at for falls.
TURNS_LOOKED_AT = 12

TURNS = f"""
    INSERT INTO moments
    SELECT contact_id, day
    FROM ({behaviour.TURNS} UNION {{turns_of_fit}}) WHERE day IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY day) <= {TURNS_LOOKED_AT}"""


def receipts_of(
    contact_ids: Iterable[int], *, definition: Definition, day: date
) -> dict[int, Receipt]:
    """The receipts of these contacts (roots) as of the day, from the facts as they are now."""
    roots = source.Ids(tuple(contact_ids))
    told, tallies = said.told(roots, definition, after=day), source.tallies(roots)
    with engine.connect(settings.VAR / "duckdb") as connection:
        people, assumed = past.on_day(told, definition, day, connection=connection)
        receipts = explain(definition, tallies, people, day, connection=connection)
    return {
        contact: replace(receipt, assumed=tuple(map(name_of, assumed.get(contact, ()))))
        for contact, receipt in receipts.items()
    }


def receipt_with_events(contact: int, *, definition: Definition, day: date) -> Receipt | None:
    """The contact's receipt with the names of the events that each line comes from."""
    receipt = receipts_of([contact], definition=definition, day=day).get(contact)
    return receipt and evidence.with_events(receipt, contact, definition)


def explain(
    definition: Definition, tallies: pa.Table, people: pa.Table, day: date, *, connection
) -> dict[int, Receipt]:
    """The same from Arrow tables, as `evaluate` takes them."""
    # With no new fact: also for a past day, what was given after it is left out.
    given_by_then = tallies.filter(pc.less_equal(tallies["day"], pa.scalar(day)))
    chain = Chain(definition, given_by_then, people, day, connection=connection)
    _look_ahead(chain)
    chain.evaluate()
    scores, behaved, fitted = (
        {row["contact_id"]: row for row in _asked(chain, stage, day)}
        for stage in ("scores", "behaved", "fitted")
    )
    signals = _by_contact(_asked(chain, "signals", day, "points DESC, signal_id"))
    given = _by_contact(chain.read(behaviour.FADING).to_pylist())
    totals = chain.read("SELECT contact_id, day, total FROM scores ORDER BY contact_id, day")
    falls, fading = _falls(totals), receipt_lines.Fading(definition, day)
    fitting = receipt_lines.Fitting(definition)
    return {
        contact: receipt_lines.receipt(
            definition, fading, fitting, score, signals[contact], given[contact],
            behaved.get(contact), fitted[contact], tuple(falls[contact]),
        )
        for contact, score in scores.items()
    }  # fmt: skip


def _look_ahead(chain: Chain) -> None:
    """Adds the days on which something fades to the chain's moments."""
    to = Compilation(ATTRIBUTES)
    turns = TURNS.format(turns_of_fit=fit.turns(chain.definition, to))
    chain.connection.execute(turns, to.values or None)


def _asked(chain: Chain, stage: str, day: date, order: str = "contact_id") -> list[dict]:
    """What the stage says of the day that was asked for."""
    rows = f"SELECT * FROM {stage} WHERE day = $day ORDER BY {order}"
    return chain.read(rows, {"day": day}).to_pylist()


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
