"""From what the chain of relations says of a contact to the lines of its receipt."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from leadhub.conditions.describe import name_of
from scoring.definition import INTENTS, Criterion, Definition, Weight
from scoring.receipt import Fall, Gate, Given, Line, Receipt, Then, Zero

# Of what one signal was given for, so many days are told one by one: the latest.
DAYS_SHOWN = 60


class Tally(NamedTuple):
    """So many of a signal on a day: `given` is what is left of it, None if nothing is."""

    signal: int
    given_on: date
    given: Given | None
    worths: list[int]
    ends: list[date]

    @property
    def ended(self) -> date:
        """The day from which nothing was left of it."""
        left = sum(worth > 0 for worth in self.worths)
        return self.ends[left - 1] if left else self.given_on


class Signalled(NamedTuple):
    """What a signal adds: its line, to which the days belong on which each person gave it, and that
    of its cap, if that takes anything.
    """

    line: Line
    cap: tuple[Line, ...]


class Fit(NamedTuple):
    """What fit adds to a receipt."""

    lines: tuple[Line, ...]
    unknown: tuple[str, ...]
    zeros: tuple[Zero, ...]


class Telling:
    """Tells what each row of the chain's relations says, and makes receipts of that."""

    def __init__(self, definition: Definition, day: date):
        self.definition, self.day = definition, day
        self.weights = {weight.signal.id: weight for weight in definition.weights}

    def standing(self, score: dict) -> dict:
        """What a receipt says of the score, by name."""
        names = ("day", "total", "behaviour", "fit", "grade", "band", "qualified")
        gates = tuple(_gates(self.definition, score))
        return {name: score[name] for name in names} | {"gates": gates}

    def signal(self, row: dict) -> Signalled:
        weight, points = self.weights[row["signal_id"]], row["points"]
        name, times = weight.signal.name, f" {row['count']}×" if row["count"] > 1 else ""
        detail = f"last on {written(row['last_on'])}; each: {weight.fading()}"
        signed = _sign(weight) * points
        line = Line("behaviour", f"{name}{times}", signed, detail, signal=weight.signal.id)
        if row["capped"] >= points:
            return Signalled(line, ())
        label = f"{name} gives {row['capped']} at most"
        return Signalled(line, (Line("cap", label, row["capped"] - points, "cap of the signal"),))

    def tally(self, row: dict) -> Tally:
        ends, sign = row["ends"] or [], _sign(self.weights[row["signal_id"]])
        worths = [sign * worth for worth in row["worths"]]
        past = sum(end <= self.day for end in ends)
        now = worths[past] if past < len(worths) else 0
        then = tuple(_later(now, worths, ends, past))
        given = Given(row["given_on"], row["count"], row["counted"], now, then) if now else None
        return Tally(row["signal_id"], row["given_on"], given, row["worths"], ends)

    def limits(self, behaved: dict) -> tuple[Line, ...]:
        return tuple(_limits(behaved))

    def fit(self, fitted: dict) -> Fit:
        return Fit(
            tuple(_fit(self.definition, fitted)),
            tuple(_unknown(self.definition, fitted)),
            tuple(_no_fit(self.definition, fitted)),
        )

    def receipt(
        self, standing: dict, signals: list[Signalled], tallies: list[Tally],
        limits: tuple[Line, ...], fit: Fit, falls: list[Fall], assumed: Sequence[str],
    ) -> Receipt:  # fmt: skip
        by_signal = defaultdict(list)
        for tally in tallies:
            by_signal[tally.signal].append(tally)
        return Receipt(
            **standing,
            lines=(*_behaviour(signals, by_signal), *limits, *fit.lines),
            unknown=fit.unknown,
            falls=tuple(falls),
            zeros=(*self.zeros(by_signal), *fit.zeros),
            assumed=tuple(map(name_of, assumed)),
        )

    def zeros(self, by_signal: dict[int, list[Tally]]) -> Iterator[Zero]:
        """What adds nothing to behaviour though one might look for it."""
        if not by_signal:
            yield Zero("Behaviour", "no signal yet")
        for signal, weight in self.weights.items():
            tallies = by_signal.get(signal)
            if tallies and not any(tally.given for tally in tallies):
                yield Zero(weight.signal.name, _why_nothing(weight, tallies))


def _sign(weight: Weight) -> int:
    return -1 if weight.points < 0 else 1


def _later(now: int, worths: list[int], ends: list[date], past: int) -> Iterator[Then]:
    for number in range(past, len(ends)):
        worth = worths[number + 1] if number + 1 < len(worths) else 0
        if worth != now:
            yield Then(ends[number], worth)
        now = worth


def _behaviour(signals: Iterable[Signalled], by_signal: dict[int, list[Tally]]) -> Iterator[Line]:
    for line, cap in signals:
        given = [tally.given for tally in by_signal[line.signal] if tally.given]
        yield line._replace(given=tuple(given[:DAYS_SHOWN]))
        yield from cap


def _no_fit(definition: Definition, fitted: dict) -> Iterator[Zero]:
    if not any(fitted[f"holds_{n}"] for n in range(len(definition.fit_criteria))):
        yield Zero("Fit", "no criterion holds")


def _why_nothing(weight: Weight, tallies: list[Tally]) -> str:
    last = written(tallies[0].given_on)
    if not weight.points:
        return f"given, last on {last}, but it weighs 0 points"
    since = max(tally.ended for tally in tallies)
    return f"worth 0 since {written(since)}: faded, last given on {last}"


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
