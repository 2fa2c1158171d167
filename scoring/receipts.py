"""Why a score is what it is: lines that sum to the total, gates, and when it will fall.

A receipt reads the same chain of relations as the score itself (see `evaluate`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from leadhub.conditions.compile import Compilation
from leadhub.conditions.describe import name_of
from leadhub.conditions.fields import ATTRIBUTES
from scoring import behaviour, engine, fit, source
from scoring.definition import INTENTS, Definition
from scoring.evaluate import Chain

# How many of the days on which something fades are looked at for falls.
TURNS_LOOKED_AT = 12

TURNS = f"""
    INSERT INTO moments
    SELECT contact_id, day
    FROM ({behaviour.TURNS} UNION {{turns_of_fit}}) WHERE day IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY day) <= {TURNS_LOOKED_AT}"""


class Line(NamedTuple):
    """`kind` is behaviour, fit, cap, floor or zero."""

    kind: str
    label: str
    points: int
    detail: str


class Gate(NamedTuple):
    """What qualifying asks for, and what there is: numbers, or words."""

    name: str
    needed: int | str
    has: int | str
    holds: bool


class Fall(NamedTuple):
    """By how much the total changes (below 0) on a day if nothing new happens."""

    date: date
    points: int


@dataclass(frozen=True)
class Receipt:
    """The lines sum to `total`. `unknown` names the attributes that gave nothing for want of a
    value. `falls` are the next days on which the total falls with no new fact.
    """

    day: date
    total: int
    behaviour: int
    fit: int
    grade: str
    band: int
    qualified: bool
    lines: tuple[Line, ...]
    gates: tuple[Gate, ...]
    unknown: tuple[str, ...]
    falls: tuple[Fall, ...]

    def sentence(self) -> str:
        """Such as: Webinar booked +20 · Whitepaper downloaded 2× +20 · VP +15 = 55."""
        parts = [f"{line.label} {line.points:+}" for line in self.lines]
        return f"{' · '.join(parts) or 'Nothing that counts'} = {self.total}"

    def as_json(self) -> dict:
        """Plain values, dates as ISO texts."""
        return {
            **{name: getattr(self, name) for name in ("total", "behaviour", "fit")},
            **{name: getattr(self, name) for name in ("grade", "band", "qualified")},
            "day": self.day.isoformat(),
            "sentence": self.sentence(),
            "lines": [line._asdict() for line in self.lines],
            "gates": [gate._asdict() for gate in self.gates],
            "unknown": list(self.unknown),
            "falls": [{"date": at.isoformat(), "points": points} for at, points in self.falls],
        }


def receipts_of(
    contact_ids: Iterable[int], *, definition: Definition, day: date
) -> dict[int, Receipt]:
    """The receipts of these contacts (roots) as of the day, from the tallies as they are now."""
    roots = source.Ids(tuple(contact_ids))
    people, tallies = source.people(roots, definition), source.tallies(roots)
    with engine.connect(settings.VAR / "duckdb") as connection:
        return explain(definition, tallies, people, day, connection=connection)


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
    signals = defaultdict(list)
    for row in _asked(chain, "signals", day, "points DESC, signal_id"):
        if row["points"] > 0:
            signals[row["contact_id"]].append(row)
    falls = _falls(chain.read("SELECT contact_id, day, total FROM scores ORDER BY contact_id, day"))
    return {
        contact: _receipt(
            definition, score, signals[contact], behaved.get(contact), fitted[contact],
            tuple(falls[contact]),
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


def _falls(totals: pa.Table) -> dict[int, list[Fall]]:
    """From each contact's totals in the order of their days; the first is that of today."""
    falls, before = defaultdict(list), {}
    for row in totals.to_pylist():
        contact, total = row["contact_id"], row["total"]
        if total < before.get(contact, total):
            falls[contact].append(Fall(row["day"], total - before[contact]))
        before[contact] = total
    return falls


def _receipt(definition, score, signals, behaved, fitted, falls) -> Receipt:
    return Receipt(
        **{name: score[name] for name in ("day", "total", "behaviour", "fit")},
        **{name: score[name] for name in ("grade", "band", "qualified")},
        lines=(*_behaviour(definition, signals, behaved), *_fit(definition, fitted)),
        gates=tuple(_gates(definition, score)),
        unknown=tuple(_unknown(definition, fitted)),
        falls=falls,
    )


def _behaviour(definition: Definition, signals: list[dict], behaved: dict | None):
    weights = {weight.signal.id: weight for weight in definition.weights}
    for row in signals:
        weight, sign = weights[row["signal_id"]], -1 if row["belongs_to"] == "negative" else 1
        name, times = weight.signal.name, f" {row['count']}×" if row["count"] > 1 else ""
        detail = f"last on {row['last_on']:%-d %b %Y}; each: {weight.fading()}"
        yield Line("behaviour", f"{name}{times}", sign * row["points"], detail)
        if row["capped"] < row["points"]:
            over = row["capped"] - row["points"]
            yield Line("cap", f"{name} gives {row['capped']} at most", over, "cap of the signal")
    if behaved:
        yield from _limits(behaved)


def _limits(behaved: dict) -> Iterator[Line]:
    for intent in INTENTS:
        given, capped = behaved[intent], behaved[f"capped_{intent}"]
        if capped < given:
            label = f"{intent.capitalize()} intent gives {capped} at most"
            yield Line("cap", label, capped - given, "cap of the intent")
    lifted = behaved["floored"] + behaved["negative"]
    if lifted:
        label = f"Negative signals take {-behaved['floored']} at most"
        yield Line("floor", label, lifted, "floor of negative signals")
    total = sum(behaved[f"capped_{intent}"] for intent in INTENTS) + behaved["floored"]
    if total < 0:
        yield Line("zero", "Raised to zero", -total, "behaviour is never below zero")


def _fit(definition: Definition, fitted: dict) -> Iterator[Line]:
    for number, criterion in enumerate(definition.fit_criteria):
        if fitted[f"holds_{number}"] and criterion.points:
            yield Line("fit", criterion.name, criterion.points, criterion.group)
    for number, group in enumerate(definition.fit_groups):
        over = fitted[f"points_{number}"] - group.cap
        if over > 0:
            yield Line("cap", f"{group.name} gives {group.cap} at most", -over, "cap of the group")
    lifted = fitted["floored"] - fitted["negative"]
    if lifted:
        label = f"Poor fit takes {-fitted['floored']} at most"
        yield Line("floor", label, lifted, "floor of negative criteria")


def _gates(definition: Definition, score: dict) -> Iterator[Gate]:
    numbers = [
        ("Total", definition.threshold, score["total"]),
        ("Behaviour", definition.minimum_behaviour, score["behaviour"]),
        ("Fit", definition.minimum_fit, score["fit"]),
    ]
    if definition.high_intent_signals:
        name = f"High-intent signals in the last {definition.high_intent_days} days"
        numbers.append((name, definition.high_intent_signals, score["high_intent"]))
    for name, needed, has in numbers:
        yield Gate(name, needed, has, has >= needed)
    by = score["disqualified_by"]
    yield Gate("Disqualified", "no", by or "no", not by)
    may = score["approachable"]
    yield Gate("May be approached", "yes", "yes" if may else "no", may)


def _unknown(definition: Definition, fitted: dict) -> Iterator[str]:
    """Of criteria that might hold: the fields that nothing is known of."""
    open_fields = set()
    for number, criterion in enumerate(definition.fit_criteria):
        if fitted[f"may_hold_{number}"] and not fitted[f"holds_{number}"]:
            open_fields.update(fit.fields_of(criterion))
    for number, field in enumerate(fit.fields_read(definition)):
        if field in open_fields and not fitted[f"known_{number}"]:
            yield name_of(field)
