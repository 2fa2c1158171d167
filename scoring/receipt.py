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


@dataclass(frozen=True)
class Receipt:
    """The lines sum to `total`; `zeros` say what adds nothing, and why. `unknown` names the
    attributes that gave nothing for want of a value, `assumed` those whose value is only known
    from a later day. `falls` are the next days on which the total falls with no new fact.
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
            "lines": plain(self.lines),
            "gates": plain(self.gates),
            "unknown": list(self.unknown),
            "falls": plain(self.falls),
            "zeros": plain(self.zeros),
            "assumed": list(self.assumed),
        }


PLAIN = {str, int, bool, type(None)}


def plain(value):
    """For JSON: named tuples as objects, dates as ISO texts."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    return [plain(part) for part in value] if isinstance(value, tuple) else value
