"""From what the chain of relations says of a contact to the lines of its receipt."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from leadhub.conditions.describe import name_of
from scoring.definition import INTENTS, Criterion, Definition, Weight
from scoring.receipt import Gate, Given, Line, Receipt, Then, Zero

# Of what one signal was given for, so many days are told one by one: the latest.
DAYS_SHOWN = 60


def receipt(definition, fading, fitting, score, signals, given, behaved, fitted, falls) -> Receipt:
    """`signals`, `behaved` and `fitted` are the rows of those stages, `given` of FADING."""
    tallies, fit = fading.by_signal(given), fitting.of(fitted)
    return Receipt(
        **{name: score[name] for name in ("day", "total", "behaviour", "fit")},
        **{name: score[name] for name in ("grade", "band", "qualified")},
        lines=(*_behaviour(definition, signals, tallies, behaved), *fit.lines),
        gates=tuple(_gates(definition, score)),
        unknown=fit.unknown,
        falls=falls,
        zeros=(*_zeros(definition, given, tallies), *fit.zeros),
    )


class Fading:
    """What is left of tallies on a day: the same of all with the same signal, day and count."""

    def __init__(self, definition: Definition, day: date):
        self.signs = {
            weight.signal.id: -1 if weight.points < 0 else 1 for weight in definition.weights
        }
        self.day = day
        self.known: dict[tuple, Given | None] = {}

    def by_signal(self, rows: list[dict]) -> dict[int, list[Given]]:
        """Signal → what is left of each of its tallies, the latest first."""
        tallies: dict[int, list[Given]] = {signal: [] for signal in self.signs}
        for row in rows:
            alike = row["signal_id"], row["given_on"], row["count"]
            if alike not in self.known:
                self.known[alike] = self._left(row)
            if given := self.known[alike]:
                tallies[row["signal_id"]].append(given)
        return tallies

    def _left(self, row: dict) -> Given | None:
        worths = [self.signs[row["signal_id"]] * worth for worth in row["worths"]]
        ends = row["ends"] or []
        past = sum(end <= self.day for end in ends)
        now = worths[past] if past < len(worths) else 0
        then = tuple(_later(now, worths, ends, past))
        return Given(row["given_on"], row["count"], row["counted"], now, then) if now else None


class Fit(NamedTuple):
    """What fit adds to a receipt."""

    lines: tuple[Line, ...]
    unknown: tuple[str, ...]
    zeros: tuple[Zero, ...]


class Fitting:
    """What fit adds to receipts: the same for all of whom the same holds and is known."""

    def __init__(self, definition: Definition):
        self.definition = definition
        self.known: dict[tuple, Fit] = {}

    def of(self, fitted: dict) -> Fit:
        alike = tuple(value for name, value in fitted.items() if name != "contact_id")
        if alike not in self.known:
            self.known[alike] = Fit(
                tuple(_fit(self.definition, fitted)),
                tuple(_unknown(self.definition, fitted)),
                tuple(_no_fit(self.definition, fitted)),
            )
        return self.known[alike]


def _later(now: int, worths: list[int], ends: list[date], past: int) -> Iterator[Then]:
    for number in range(past, len(ends)):
        worth = worths[number + 1] if number + 1 < len(worths) else 0
        if worth != now:
            yield Then(ends[number], worth)
        now = worth


def _behaviour(definition: Definition, signals: list[dict], tallies: dict, behaved: dict | None):
    weights = {weight.signal.id: weight for weight in definition.weights}
    for row in (row for row in signals if row["points"] > 0):
        weight, sign = weights[row["signal_id"]], -1 if row["belongs_to"] == "negative" else 1
        name, times = weight.signal.name, f" {row['count']}×" if row["count"] > 1 else ""
        detail = f"last on {written(row['last_on'])}; each: {weight.fading()}"
        given = tuple(tallies[row["signal_id"]][:DAYS_SHOWN])
        yield Line(
            "behaviour", f"{name}{times}", sign * row["points"], detail, given, weight.signal.id
        )
        if row["capped"] < row["points"]:
            over = row["capped"] - row["points"]
            yield Line("cap", f"{name} gives {row['capped']} at most", over, "cap of the signal")
    if behaved:
        yield from _limits(behaved)


def _zeros(definition: Definition, rows: list[dict], tallies: dict) -> Iterator[Zero]:
    """What adds nothing to behaviour though one might look for it."""
    if not rows:
        yield Zero("Behaviour", "no signal yet")
    gone = (weight for weight in definition.weights if not tallies[weight.signal.id])
    for weight in gone:
        own = [row for row in rows if row["signal_id"] == weight.signal.id]
        if own:
            yield Zero(weight.signal.name, _why_nothing(weight, own))


def _no_fit(definition: Definition, fitted: dict) -> Iterator[Zero]:
    if not any(fitted[f"holds_{n}"] for n in range(len(definition.fit_criteria))):
        yield Zero("Fit", "no criterion holds")


def _why_nothing(weight: Weight, rows: list[dict]) -> str:
    if not weight.points:
        return f"given, last on {written(rows[0]['given_on'])}, but it weighs 0 points"
    since = max(_ended(row) for row in rows)
    return f"worth 0 since {written(since)}: faded, last given on {written(rows[0]['given_on'])}"


def _ended(row: dict) -> date:
    """The day from which nothing was left of a tally."""
    left = sum(worth > 0 for worth in row["worths"])
    return row["ends"][left - 1] if left else row["given_on"]


@lru_cache(maxsize=1024)
def written(day: date) -> str:
    """3 Mar 2026."""
    return f"{day:%-d %b %Y}"


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
    """The fields that nothing is known of, each with how far the fit might change by it. One by
    which it can't is left out, such as the country of somebody whose company's gave all points.
    """
    might_hold = [
        criterion
        for number, criterion in enumerate(definition.fit_criteria)
        if fitted[f"may_hold_{number}"] and not fitted[f"holds_{number}"]
    ]
    room = {
        group.name: max(group.cap - fitted[f"points_{number}"], 0)
        for number, group in enumerate(definition.fit_groups)
    }
    for number, field in enumerate(definition.fit_fields):
        of_field = [criterion for criterion in might_hold if field in criterion.fields]
        if of_field and not fitted[f"known_{number}"]:
            gain = sum(min(left, _given(of_field, group)) for group, left in room.items())
            loss = min(_taken(of_field), fitted["floored"] - definition.fit_floor)
            might = [f"up to +{gain}"] * bool(gain) + [f"down to −{loss}"] * bool(loss)
            if might:
                yield f"{name_of(field)} ({', '.join(might)})"


def _given(criteria: list[Criterion], group: str) -> int:
    return sum(one.points for one in criteria if one.group == group and one.points > 0)


def _taken(criteria: list[Criterion]) -> int:
    return -sum(one.points for one in criteria if one.points < 0)
