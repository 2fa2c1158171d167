"""Which events a receipt's lines come from, by name, and which add nothing: a bot sent them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pyarrow as pa

from leadhub.conditions.compile import Compilation
from leadhub.conditions.fields import EVENT
from leadhub.records.family import family_of
from scoring import engine, source
from scoring.definition import Definition, Signal
from scoring.questions import Question, remembered
from scoring.receipt import Line, Receipt, Zero
from scoring.receipt_lines import written

# Of what one signal was given for on one day, so many different events are named.
NAMES_SHOWN = 5

NAMED = """
    SELECT {signal} AS signal_id, day,
           if(name = '', coalesce(json_extract_string(properties, '$.path'), kind), name) AS name,
           {value} AS value, count(*) AS times
    FROM asked WHERE NOT is_bot AND {given} GROUP BY ALL"""


BY_BOTS = """
    SELECT {signal} AS signal_id, count(*) AS times, max(day) AS last_on
    FROM asked WHERE {given} HAVING count(*) > 0"""


def with_events(receipt: Receipt, contact: int, definition: Definition) -> Receipt:
    """The receipt with the names of events in what each line was given for, and with what a bot
    would have added among the zeros.
    """
    members = source.Ids(tuple(family_of([contact]).values_list("pk", flat=True)))
    days = sorted({given.day for line in receipt.lines for given in line.given})
    weighed = [weight.signal for weight in definition.weights]
    names = defaultdict(list)
    if days:
        names = _named(weighed, source.events_on(members, days))
    by_bots = _by_bots(weighed, source.events_of_bots(members, receipt.day))
    return replace(
        receipt,
        lines=tuple(_line(line, names) for line in receipt.lines),
        zeros=(*receipt.zeros, *by_bots),
    )


def _line(line: Line, names: dict[tuple[int, date], list[str]]) -> Line:
    given = (one._replace(events=tuple(names[line.signal, one.day])) for one in line.given)
    return line._replace(given=tuple(given))


def _named(signals: list[Signal], events: pa.Table) -> dict[tuple[int, date], list[str]]:
    """(signal, day) → events such as "Webinar Booked (spring) 2×", the most frequent first."""
    names = defaultdict(list)
    for signal, day, name, value, times in engine.rows(_naming(*signals), {"events": events}):
        words = f"{name} ({value})" if value else name
        names[signal, day].append(f"{words} {times}×" if times > 1 else words)
    return defaultdict(list, {key: _first(those) for key, those in names.items()})


def _by_bots(signals: list[Signal], events: pa.Table) -> Iterator[Zero]:
    """Why what a bot sent adds nothing, for each of the signals that it would have given."""
    if not events.num_rows:
        return
    label = {signal.id: signal.name for signal in signals}
    for signal, times, last_on in engine.rows(_counting_bots(*signals), {"events": events}):
        many = "an event" if times == 1 else f"{times} events"
        yield Zero(label[signal], f"{many} sent by a bot, last on {written(last_on)}: not counted")


@remembered(32)
def _naming(*signals: Signal) -> Question:
    to = Compilation(EVENT)
    each = " UNION ALL ".join([_of(signal, to) for signal in signals])
    named = f"{each} ORDER BY times DESC, name, value"
    return Question({"asked": to.folded("events"), "named": named}, to.values)


@remembered(32)
def _counting_bots(*signals: Signal) -> Question:
    to = Compilation(EVENT)
    each = " UNION ALL ".join(
        BY_BOTS.format(signal=to.bind(signal.id), given=to.holds(signal.conditions))
        for signal in signals
    )
    by_bots = f"{each} ORDER BY signal_id"
    return Question({"asked": to.folded("events"), "by_bots": by_bots}, to.values)


def _of(signal: Signal, to: Compilation) -> str:
    value = "NULL"
    if signal.distinct_property:
        column, path = to.json_place(f"properties.{signal.distinct_property}")
        value = f"json_extract_string({column}, {path})"
    return NAMED.format(signal=to.bind(signal.id), value=value, given=to.holds(signal.conditions))


def _first(names: list[str]) -> list[str]:
    more = len(names) - NAMES_SHOWN
    return [*names[:NAMES_SHOWN], f"{more} more"] if more > 0 else names
