"""Sales' report: what waits, for how long, and how each rep judges."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Q, QuerySet

from handoff.models import Lead, Stage
from handoff.reports.leads import AGES, aged
from handoff.reports.measures import (
    MARKETING,
    MEASURES,
    Counts,
    Row,
)
from handoff.reports.periods import Period
from handoff.reports.promises import Promises, promises
from handoff.reports.tabulation import tabulate
from leadhub.users.models import User


@dataclass(frozen=True)
class Waiting:
    """How many leads wait, and the query of their list."""

    name: str
    leads: int
    query: dict[str, str]


@dataclass(frozen=True)
class Rep:
    """`judged` counts leads handed over in the period of which the rep gave the latest verdict;
    `time_to_verdict` is the median from handoff to the first verdict on them. `open` is now.
    """

    judged: Row
    open: Waiting
    time_to_verdict: timedelta | None


@dataclass(frozen=True)
class Sales:
    """`handed_over` and `reps` are of leads handed over in the period; the others of now."""

    period: Period
    handed_over: Row
    queue: Waiting
    ages: tuple[Waiting, ...]
    hand_raises: Waiting
    mine: tuple[Waiting, ...]
    reps: tuple[Rep, ...]
    time_to_verdict: timedelta | None
    promises: Promises


WORKED = (Stage.ACCEPTED, Stage.SQL)


def sales(*, leads: QuerySet[Lead], me: User, period: Period, at: datetime) -> Sales:
    """Of the leads given: all that the person may see."""
    ages, hand_raises, queue = queue_now(leads, at)
    of_period = leads.filter(period.holds("handed_over_at"))
    from_marketing = tabulate(of_period.filter(origin__in=MARKETING)).total()
    times = times_to_verdict(of_period)
    return Sales(
        period=period,
        handed_over=Row("Handed over", from_marketing, {"origin": "marketing", **period.query}),
        queue=queue,
        ages=ages,
        hand_raises=hand_raises,
        mine=owned_by(leads, me),
        reps=reps(leads, times, period),
        time_to_verdict=middle([time for rep in times.values() for time in rep]),
        promises=promises(leads, period=period, at=at),
    )


def queue_now(leads: QuerySet[Lead], at: datetime) -> tuple[tuple[Waiting, ...], Waiting, Waiting]:
    """The queue by age, youngest first; the hand-raises in it; and all of it."""
    queued = {"stage": Stage.QUEUED.value}
    counted = leads.filter(stage=Stage.QUEUED).aggregate(
        all=Count("pk"),
        raised=Count("pk", filter=Q(hand_raised_at__isnull=False)),
        **{f"age_{age}": Count("pk", filter=aged(age, at)) for age in AGES},
    )
    ages = tuple(
        Waiting(name, counted[f"age_{age}"], {**queued, "age": age})
        for age, (name, _, _) in AGES.items()
    )
    raised = Waiting("Hand-raises waiting", counted["raised"], {**queued, "raised": "yes"})
    return ages, raised, Waiting("In the queue", counted["all"], queued)


def owned_by(leads: QuerySet[Lead], me: User) -> tuple[Waiting, ...]:
    """The person's own leads by open stage."""
    stages = (Stage.QUEUED, *WORKED)
    counted = leads.filter(owner=me).aggregate(
        **{stage: Count("pk", filter=Q(stage=stage)) for stage in stages}
    )
    names = ("To judge", "Accepted", "SQL")
    return tuple(
        Waiting(name, counted[stage], {"owner": str(me.pk), "stage": stage.value})
        for name, stage in zip(names, stages, strict=True)
    )


def times_to_verdict(handed_over: QuerySet[Lead]) -> dict[int | None, list[timedelta]]:
    """From handoff to first verdict, by who gave the latest."""
    judged = handed_over.filter(first_verdict_at__isnull=False).order_by()
    times = defaultdict(list)
    for judge, start, end in judged.values_list("judged_by", "handed_over_at", "first_verdict_at"):
        times[judge].append(end - start)
    return times


def middle(times: list[timedelta]) -> timedelta | None:
    return median(times) if times else None


def reps(leads: QuerySet[Lead], times: dict, period: Period) -> tuple[Rep, ...]:
    """Everyone who judged a lead of the period or has one open, by name."""
    handed_over = leads.filter(period.holds("handed_over_at"))
    judged = tabulate(handed_over.filter(judged_by__isnull=False), judge="judged_by").by("judge")
    owned = leads.filter(MEASURES["open"], owner__isnull=False).order_by()
    opened = dict(owned.values_list("owner").annotate(leads=Count("pk")))
    people = User.objects.filter(pk__in={*judged, *opened}).order_by("name", "email")
    return tuple(
        Rep(
            judged=Row(
                str(person),
                judged.get(person.pk, Counts()),
                {"judged_by": str(person.pk), **period.query},
            ),
            open=Waiting(
                "Open",
                opened.get(person.pk, 0),
                {"owner": str(person.pk), "measure": "open"},
            ),
            time_to_verdict=middle(times.get(person.pk, [])),
        )
        for person in people
    )
