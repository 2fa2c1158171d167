"""Which events a receipt's lines come from, by name."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import pyarrow as pa
from django.conf import settings

from leadhub.conditions.compile import Compilation
from leadhub.conditions.fields import EVENT
from leadhub.records.family import family_of
from scoring import engine, source
from scoring.definition import Definition, Signal
from scoring.receipt import Line, Receipt

# Of what one signal was given for on one day, so many different events are named.
NAMES_SHOWN = 5

NAMED = """
    SELECT {signal} AS signal_id, day,
           if(name = '', coalesce(json_extract_string(properties, '$.path'), kind), name) AS name,
           {value} AS value, count(*) AS times
    FROM asked WHERE NOT is_bot AND {given} GROUP BY ALL"""


def with_events(receipt: Receipt, contact: int, definition: Definition) -> Receipt:
    """The receipt with the names of events in what each line was given for."""
    days = sorted({given.day for line in receipt.lines for given in line.given})
    if not days:
        return receipt
    members = source.Ids(tuple(family_of([contact]).values_list("pk", flat=True)))
    lines = {line.signal for line in receipt.lines}
    signals = [weight.signal for weight in definition.weights if weight.signal.id in lines]
    names = _named(signals, source.events_on(members, days))
    return replace(receipt, lines=tuple(_line(line, names) for line in receipt.lines))


def _line(line: Line, names: dict[tuple[int, date], list[str]]) -> Line:
    given = (one._replace(events=tuple(names[line.signal, one.day])) for one in line.given)
    return line._replace(given=tuple(given))


def _named(signals: list[Signal], events: pa.Table) -> dict[tuple[int, date], list[str]]:
    """(signal, day) → events such as "Webinar Booked (spring) 2×", the most frequent first."""
    to = Compilation(EVENT)
    each = " UNION ALL ".join([_of(signal, to) for signal in signals])
    with engine.connect(settings.VAR / "duckdb") as connection:
        connection.register("events", events)
        sql = f"WITH asked AS ({to.folded('events')}) {each} ORDER BY times DESC, name, value"
        rows = connection.execute(sql, to.values).fetchall()
    names = defaultdict(list)
    for signal, day, name, value, times in rows:
        words = f"{name} ({value})" if value else name
        names[signal, day].append(f"{words} {times}×" if times > 1 else words)
    return defaultdict(list, {key: _first(those) for key, those in names.items()})


def _of(signal: Signal, to: Compilation) -> str:
    value = "NULL"
    if signal.distinct_property:
        column, path = to.json_place(f"properties.{signal.distinct_property}")
        value = f"json_extract_string({column}, {path})"
    return NAMED.format(signal=to.bind(signal.id), value=value, given=to.holds(signal.conditions))


def _first(names: list[str]) -> list[str]:
    more = len(names) - NAMES_SHOWN
    return [*names[:NAMES_SHOWN], f"{more} more"] if more > 0 else names
