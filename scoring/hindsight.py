"""What a version would have made of the people whom sales judged lately: who would not have come.

Only of those who come by their score under the live version, too: hand-raises come whatever a
version says, and whom a rep added came by no version at all. Reckoned with what is known now.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models.functions import Coalesce

from leadhub.records.models import Outcome
from scoring.definition import Definition
from scoring.histories import histories_of
from scoring.models import Tally

WEEKS = 12
# Who is handed over is judged within so many days, or not at all.
DAYS_UNTIL_JUDGED = 14
# The latest; more would take longer than somebody wants to wait.
MOST = 3_000
VERDICTS = (Outcome.Kind.ACCEPTED, Outcome.Kind.REJECTED)
# How far somebody came, the furthest last; lost deals were opportunities.
RESULTS = (Outcome.Kind.REJECTED, Outcome.Kind.ACCEPTED, Outcome.Kind.SQL, Outcome.Kind.WON)


@dataclass(frozen=True)
class Judged:
    """When sales said first what it thinks of a person, and how far they came."""

    on: date
    result: str


@dataclass(frozen=True)
class Hindsight:
    """Of the people judged, by how far they came: who came by score, and whom the version would
    have kept out.
    """

    came: Counter
    kept_out: Counter
    weeks: int = WEEKS

    @property
    def rows(self) -> list[tuple[str, int, int]]:
        return [(kind.label, self.came[kind], self.kept_out[kind]) for kind in RESULTS]

    @property
    def accepted(self) -> float | None:
        """The share, of 1, that sales accepted of those who came; None for nobody."""
        return share_accepted(self.came)

    @property
    def accepted_then(self) -> float | None:
        """The same of those whom the version would have let come."""
        return share_accepted(self.came - self.kept_out)


def share_accepted(people: Counter) -> float | None:
    return 1 - people[Outcome.Kind.REJECTED] / people.total() if people.total() else None


def in_hindsight(version: Definition, *, live: Definition, day: date) -> Hindsight:
    """As of the day, the last of the weeks looked at."""
    judged = judged_lately(day)
    came = who_qualified(judged, live, day)
    still = who_qualified({person: judged[person] for person in came}, version, day)
    return Hindsight(results(judged, came), results(judged, came - still))


def results(judged: dict[int, Judged], people: Iterable[int]) -> Counter:
    return Counter(judged[person].result for person in people)


def judged_lately(day: date) -> dict[int, Judged]:
    """By person: those who were judged first in these weeks, without who asked for sales."""
    first = day - timedelta(weeks=WEEKS)
    said = Outcome.objects.filter(at__date__gte=first, at__date__lte=day)
    said = said.filter(counts_against_marketing=True).order_by("at", "pk")
    person = Coalesce("contact__root", "contact")
    by_person: dict[int, list[tuple[str, date]]] = {}
    for pk, kind, at in said.values_list(person, "kind", "at__date"):
        by_person.setdefault(pk, []).append((kind, at))
    asked = who_asked(first - timedelta(days=DAYS_UNTIL_JUDGED))
    judged = {
        pk: Judged(on, furthest([kind for kind, _ in log]))
        for pk, log in by_person.items()
        if pk not in asked
        for kind, on in log[:1]
        if kind in VERDICTS
    }
    latest = sorted(judged, key=lambda pk: judged[pk].on, reverse=True)[:MOST]
    return {pk: judged[pk] for pk in latest}


def furthest(kinds: list[str]) -> str:
    """What came of somebody of whom these outcomes are noted, the earliest first."""
    if Outcome.Kind.WON in kinds:
        return Outcome.Kind.WON
    if Outcome.Kind.SQL in kinds or Outcome.Kind.LOST in kinds:
        return Outcome.Kind.SQL
    return kinds[-1]


def who_asked(first: date) -> set[int]:
    """Who asked for sales from that day on."""
    asked = Tally.objects.filter(signal__is_hand_raise=True, day__gte=first)
    person = Coalesce("contact__root", "contact")
    return set(asked.order_by().values_list(person, flat=True).distinct())


def who_qualified(judged: dict[int, Judged], version: Definition, day: date) -> set[int]:
    """Who was qualified under the version on a day on which a lead could have come of it."""
    first = day - timedelta(weeks=WEEKS, days=DAYS_UNTIL_JUDGED)
    found = set()
    for table in histories_of(sorted(judged), definition=version, first=first, last=day):
        columns = (table.column(name).to_pylist() for name in ("contact_id", "day", "qualified"))
        steps = list(zip(*columns, strict=True))
        for (person, since, qualified), then in zip(steps, [*steps[1:], None], strict=True):
            until = then[1] if then and then[0] == person else date.max
            on = judged[person].on
            if qualified and since <= on and until > on - timedelta(days=DAYS_UNTIL_JUDGED):
                found.add(person)
    return found
