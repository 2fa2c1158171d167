"""What a receipt is: lines that sum to the total, gates, and what time will do to it."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Given(NamedTuple):
    """A signal given on a day: how often, how many of those the daily limit counts, what they are
    worth on the receipt's day, what they will be worth from which days on, and by which events.
    """

    day: date
    count: int
    counted: int
    worth: int
    then: tuple["Then", ...]
    events: tuple[str, ...] = ()

    def as_json(self) -> dict:
        return {
            "day": self.day.isoformat(),
            "count": self.count,
            "counted": self.counted,
            "worth": self.worth,
            "then": [{"day": day.isoformat(), "worth": worth} for day, worth in self.then],
            "events": list(self.events),
        }


class Then(NamedTuple):
    """What is left from a day on."""

    day: date
    worth: int


class Line(NamedTuple):
    """`kind` is behaviour, fit, cap, floor or zero. `given` sums to the points of behaviour."""

    kind: str
    label: str
    points: int
    detail: str
    given: tuple[Given, ...] = ()
    signal: int | None = None

    def as_json(self) -> dict:
        return {
            "kind": self.kind,
            "label": self.label,
            "points": self.points,
            "detail": self.detail,
            "given": [given.as_json() for given in self.given],
            "signal": self.signal,
        }


class Zero(NamedTuple):
    """Why something that one might look for adds nothing."""

    label: str
    reason: str


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

    def as_json(self) -> dict:
        return {"date": self.date.isoformat(), "points": self.points}


@dataclass(frozen=True)
class Receipt:
    """The lines sum to `total`; `zeros` say what adds nothing, and why. `unknown` names the
    attributes without a value by which the fit might change, and how far; `assumed` those whose
    value is only known from a later day. `falls` are the next days on which the total falls with
    no new fact.
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
    zeros: tuple[Zero, ...] = ()
    assumed: tuple[str, ...] = ()

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
            "lines": [line.as_json() for line in self.lines],
            "gates": [gate._asdict() for gate in self.gates],
            "unknown": list(self.unknown),
            "falls": [fall.as_json() for fall in self.falls],
            "zeros": [zero._asdict() for zero in self.zeros],
            "assumed": list(self.assumed),
        }
