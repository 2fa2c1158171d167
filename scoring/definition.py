"""What a version of the definition means: frozen, checked when built, without Django.

All points are integers, all ages and half-lives whole days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from leadhub.conditions.fields import EVENT
from leadhub.conditions.nodes import Node, comparisons

HIGH, MEDIUM, SHALLOW = INTENTS = ("high", "medium", "shallow")
MOST_STEPS = 16
FOREVER = 10_000_000  # days: more than any two dates lie apart


class Problem(NamedTuple):
    """What is wrong: `field` such as "threshold" or "weights.2.points" (rows from 0)."""

    field: str
    reason: str


class InvalidDefinition(ValueError):
    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("; ".join(f"{field}: {reason}" for field, reason in problems))


@dataclass(frozen=True, kw_only=True)
class Signal:
    """`distinct_property` is empty where every event counts."""

    id: int
    name: str
    intent: str
    conditions: Node
    is_hand_raise: bool = False
    distinct_property: str = ""

    def problems(self) -> Iterator[Problem]:
        if self.intent not in INTENTS:
            yield Problem("intent", "must be high, medium or shallow")
        if not any(comparisons(self.conditions)):
            yield Problem("conditions", f"the signal “{self.name}” has no conditions")
        if self.distinct_property and not EVENT.kind_of(f"properties.{self.distinct_property}"):
            yield Problem("distinct_property", "is not the name of a property")


@dataclass(frozen=True, kw_only=True)
class Weight:
    """What a signal is worth: `points` each, `daily_limit` a day, halved every `half_life_days`.

    It lasts `steps` half-lives; without a half-life it never fades. `cap` is the most that the
    signal can add; None is no limit.
    """

    signal: Signal
    points: int
    daily_limit: int = 1
    half_life_days: int | None = None
    steps: int = 1
    cap: int | None = None

    def problems(self) -> Iterator[Problem]:
        yield from self.signal.problems()
        if not -1000 <= self.points <= 1000:
            yield Problem("points", "must lie between -1000 and 1000")
        if self.daily_limit < 1:
            yield Problem("daily_limit", "must be at least 1")
        if self.half_life_days is not None and self.half_life_days < 1:
            yield Problem("half_life_days", "must be at least 1 day")
        if not 1 <= self.steps <= MOST_STEPS:
            yield Problem("steps", f"must lie between 1 and {MOST_STEPS}")
        if self.cap is not None and self.cap < 0:
            yield Problem("cap", "can't be negative")
        if self.cap is not None and self.points < 0:
            yield Problem("cap", "is for positive points: negative ones share the floor")

    @property
    def most(self) -> int | None:
        """The most that it can add to the total; None is no limit."""
        return 0 if self.points <= 0 else self.cap

    @property
    def lasts(self) -> int:
        """For how many days, its own included, a tally is worth anything."""
        return FOREVER if self.half_life_days is None else self.steps * self.half_life_days

    def decay(self) -> list["DecayStep"]:
        """The ages of a tally, each with how far its points are shifted right."""
        if self.half_life_days is None:
            return [DecayStep(self.signal.id, 0, FOREVER, 0)]
        return [
            DecayStep(
                self.signal.id, step * self.half_life_days, (step + 1) * self.half_life_days, step
            )
            for step in range(self.steps)
        ]

    def fading(self) -> str:
        return fading(self.points, self.half_life_days, self.steps)


@lru_cache(maxsize=1024)
def fading(points: int, half_life_days: int | None, steps: int) -> str:
    """What one event is worth as it ages: "8, 4, 2, 1, gone after 56 days"."""
    if half_life_days is None:
        return f"{worth(points)}, never fades"
    sign = -1 if points < 0 else 1
    worths = [worth(sign * (abs(points) >> step)) for step in range(steps)]
    return f"{', '.join(worths)}, gone after {steps * half_life_days} days"


def worth(points: int) -> str:
    return str(points).replace("-", "−")


class DecayStep(NamedTuple):
    """From an age (inclusive) to an age (exclusive), in days, points are shifted by `shift`."""

    signal_id: int
    from_age: int
    to_age: int
    shift: int


@dataclass(frozen=True, kw_only=True)
class FitGroup:
    name: str
    cap: int

    def problems(self) -> Iterator[Problem]:
        if self.cap < 0:
            yield Problem("cap", "can't be negative")


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """Points for contacts of whom the conditions hold; `group` names a FitGroup.

    Negative points belong to no group, whatever `group` says: they share the fit floor.
    """

    group: str
    name: str
    points: int
    conditions: Node

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields that it reads."""
        return tuple(comparison.field for comparison in comparisons(self.conditions))

    def problems(self) -> Iterator[Problem]:
        if not -1000 <= self.points <= 1000:
            yield Problem("points", "must lie between -1000 and 1000")
        if not any(comparisons(self.conditions)):
            yield Problem("conditions", f"the criterion “{self.name}” has no conditions")


@dataclass(frozen=True, kw_only=True)
class Disqualifier:
    name: str
    conditions: Node

    def problems(self) -> Iterator[Problem]:
        if not any(comparisons(self.conditions)):
            yield Problem("conditions", f"the disqualifier “{self.name}” has no conditions")


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One version. `id` is its row's, None while it has none.

    Raises InvalidDefinition with every problem when built.
    """

    weights: tuple[Weight, ...]
    fit_groups: tuple[FitGroup, ...] = ()
    fit_criteria: tuple[Criterion, ...] = ()
    disqualifiers: tuple[Disqualifier, ...] = ()
    id: int | None = None
    threshold: int = 60
    minimum_behaviour: int = 25
    minimum_fit: int = 20
    high_intent_signals: int = 0
    high_intent_days: int = 30
    cap_high: int = 80
    cap_medium: int = 50
    cap_shallow: int = 10
    behaviour_floor: int = -50
    fit_floor: int = -50
    grade_a: int = 45
    grade_b: int = 30
    grade_c: int = 20
    band_1: int = 60
    band_2: int = 40
    band_3: int = 20

    def __post_init__(self):
        problems = [
            *self._problems_of_rows(),
            *self._problems_of_names(),
            *self._problems_of_bounds(),
        ]
        # What can be reached is only known when the parts are sound.
        problems = problems or list(self._problems_of_reach())
        if problems:
            raise InvalidDefinition(problems)

    @cached_property
    def attribute_conditions(self) -> tuple[Node, ...]:
        """What is asked of attributes: the conditions of fit criteria and disqualifiers."""
        return tuple(part.conditions for part in (*self.fit_criteria, *self.disqualifiers))

    @cached_property
    def fit_fields(self) -> tuple[str, ...]:
        """The fields that fit criteria read, each once."""
        fields = (field for criterion in self.fit_criteria for field in criterion.fields)
        return tuple(dict.fromkeys(fields))

    @property
    def caps(self) -> dict[str, int]:
        return {HIGH: self.cap_high, MEDIUM: self.cap_medium, SHALLOW: self.cap_shallow}

    @property
    def most_behaviour(self) -> int:
        """The most behaviour that anyone can reach."""
        return sum(self._most_of(intent) for intent in INTENTS)

    @property
    def most_fit(self) -> int:
        """The most fit that anyone can reach."""
        reachable = 0
        for group in self.fit_groups:
            points = sum(max(one.points, 0) for one in self.fit_criteria if one.group == group.name)
            reachable += min(points, group.cap)
        return reachable

    @property
    def most_high_intent(self) -> int:
        return sum(weight.signal.intent == HIGH for weight in self.weights)

    def decay(self) -> list[DecayStep]:
        return [step for weight in self.weights for step in weight.decay()]

    def lasting(self) -> dict[int, int]:
        """For how many days, its own included, a tally of each signal says anything at all."""
        days = {weight.signal.id: weight.lasts for weight in self.weights}
        for weight in self.weights:
            if weight.signal.intent == HIGH:
                days[weight.signal.id] = max(weight.lasts, self.high_intent_days)
        return days

    def _most_of(self, intent: str) -> int:
        mosts = [weight.most for weight in self.weights if weight.signal.intent == intent]
        if None in mosts:
            return self.caps[intent]
        return min(sum(mosts), self.caps[intent])

    def _problems_of_rows(self) -> Iterator[Problem]:
        for place in ("weights", "fit_groups", "fit_criteria", "disqualifiers"):
            for number, row in enumerate(getattr(self, place)):
                for field, reason in row.problems():
                    yield Problem(f"{place}.{number}.{field}", reason)

    def _problems_of_names(self) -> Iterator[Problem]:
        seen = set()
        for number, weight in enumerate(self.weights):
            if weight.signal.id in seen:
                yield Problem(
                    f"weights.{number}.signal", f"“{weight.signal.name}” is weighed twice"
                )
            seen.add(weight.signal.id)
        groups = [group.name for group in self.fit_groups]
        for number, name in enumerate(groups):
            if name in groups[:number]:
                yield Problem(f"fit_groups.{number}.name", f"there are two groups “{name}”")
        for number, criterion in enumerate(self.fit_criteria):
            if criterion.group not in groups and (criterion.group or criterion.points > 0):
                yield Problem(
                    f"fit_criteria.{number}.group", f"there is no fit group “{criterion.group}”"
                )

    def _problems_of_bounds(self) -> Iterator[Problem]:
        for field in ("minimum_behaviour", "high_intent_signals", *(f"cap_{i}" for i in INTENTS)):
            if getattr(self, field) < 0:
                yield Problem(field, "can't be negative")
        for field in ("behaviour_floor", "fit_floor"):
            if getattr(self, field) > 0:
                yield Problem(field, "can't be above 0: it limits what pulls down")
        if self.high_intent_days < 1:
            yield Problem("high_intent_days", "must be at least 1")
        if not self.grade_a > self.grade_b > self.grade_c:
            yield Problem("grade_a", "the grades' bounds must fall from A to C")
        if not self.band_1 > self.band_2 > self.band_3 > 0:
            yield Problem("band_1", "the bands' bounds must fall from 1 to 3 and stay above 0")

    def _problems_of_reach(self) -> Iterator[Problem]:
        most = self.most_behaviour + self.most_fit
        reaches = [
            ("threshold", self.threshold, most),
            ("minimum_behaviour", self.minimum_behaviour, self.most_behaviour),
            ("minimum_fit", self.minimum_fit, self.most_fit),
            ("high_intent_signals", self.high_intent_signals, self.most_high_intent),
        ]
        for field, needed, reachable in reaches:
            if needed > reachable:
                yield Problem(
                    field, f"is {needed}, but the most that anyone can reach is {reachable}"
                )
