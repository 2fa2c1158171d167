"""How sales keeps its promises: what is overdue, what soon will be, and how fast it answers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from handoff.models import OPEN_STAGES, Attempt, Lead
from handoff.reports.periods import Period
from handoff.sla.clocks import Clock, Clocks, State, clocks_of
from leadhub.ids import id_in

# Beyond that, the latest speak for all: the page says so.
MOST_LOOKED_AT = 2_000
LISTED = 10
QUEUE = "The queue"
NOBODY = "nobody"


class Late(NamedTuple):
    """A lead with an overdue clock."""

    lead: Lead
    clocks: Clocks


@dataclass(frozen=True)
class Kept:
    """`who` names whose leads they are in an address: "": everybody's. `overdue` and `due_soon`
    count open leads now; the times are business minutes from handoff to the first attempt on leads
    of the period, and None where nobody was answered.
    """

    name: str
    overdue: int
    due_soon: int
    answered: int
    half: int | None
    nine_of_ten: int | None
    who: str = ""


@dataclass(frozen=True)
class Promises:
    """`late` are those that are most overdue. `to_assignment` is management's own part: the median
    of business minutes from handoff until somebody had the lead. `is_cut`: there are more leads
    than were looked at.
    """

    all: Kept
    reps: tuple[Kept, ...]
    late: tuple[Late, ...]
    to_assignment: int | None
    is_cut: bool


def promises(leads: QuerySet[Lead], *, period: Period, at: datetime) -> Promises:
    """Of the leads given: all that the person may see."""
    attempts = Attempt.objects.filter(lead=OuterRef("pk"))
    now = latest(leads.filter(stage__in=OPEN_STAGES))
    then = latest(leads.filter(Exists(attempts), period.holds("handed_over_at")))
    clocks = clocks_of({lead.pk: lead for lead in (*now, *then)}.values(), at=at)
    running, times = defaultdict(list), defaultdict(list)
    for lead in now:
        if (clock := clocks[lead.pk].next) is not None:
            running[lead.owner_id].append(clock)
    for lead in then:
        response = clocks[lead.pk].response
        if response is not None and response.stopped_at is not None:
            times[lead.owner_id].append(response.minutes_taken)
    waits = [wait for c in clocks.values() if (wait := c.minutes_to_assignment) is not None]
    names = {lead.owner_id: name_of(lead) for lead in (*now, *then)}
    owners = sorted({*running, *times}, key=lambda pk: (pk is None, names[pk], pk or 0))
    return Promises(
        all=kept("All", [*chain(*running.values())], [*chain(*times.values())]),
        reps=tuple(kept(names[pk], running[pk], times[pk], who=str(pk or NOBODY)) for pk in owners),
        late=most_overdue(now, clocks)[:LISTED],
        to_assignment=share(waits, 50),
        is_cut=MOST_LOOKED_AT in (len(now), len(then)),
    )


def latest(leads: QuerySet[Lead]) -> list[Lead]:
    found = Lead.objects.filter(pk__in=leads.order_by().values("pk")).defer("receipt", "why")
    rows = found.select_related("contact__root", "owner").order_by("-handed_over_at", "-pk")
    return list(rows[:MOST_LOOKED_AT])


def name_of(lead: Lead) -> str:
    return str(lead.owner) if lead.owner else QUEUE


def kept(name: str, running: list[Clock], times: list[int], *, who: str = "") -> Kept:
    states = [clock.state for clock in running]
    return Kept(
        name=name,
        overdue=states.count(State.BREACHED),
        due_soon=states.count(State.DUE_SOON),
        answered=len(times),
        half=share(times, 50),
        nine_of_ten=share(times, 90),
        who=who,
    )


def share(times: list[int], percent: int) -> int | None:
    """What so many of a hundred stay within; None of nothing."""
    if not times:
        return None
    return sorted(times)[-(-len(times) * percent // 100) - 1]


def overdue(leads: QuerySet[Lead], *, who: str, at: datetime) -> tuple[Late, ...]:
    """Of the leads given: those of which a clock has run out, the longest overdue first. `who` as
    `Kept` has it; of what names nobody there are none.
    """
    if who:
        owner = None if who == NOBODY else id_in(who) or 0
        leads = leads.filter(owner=owner)
    now = latest(leads.filter(stage__in=OPEN_STAGES))
    return most_overdue(now, clocks_of(now, at=at))


def most_overdue(leads: list[Lead], clocks: dict[int, Clocks]) -> tuple[Late, ...]:
    late = [
        Late(lead, clocks[lead.pk])
        for lead in leads
        if (clock := clocks[lead.pk].next) is not None and clock.is_overdue
    ]
    return tuple(sorted(late, key=lambda one: one.clocks.next.minutes_left))
