"""The managers' report: from known contacts to won, how much becomes of how many."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from handoff.models import Lead
from handoff.reports.measures import MARKETING, Counts, Row, Share, by_source
from handoff.reports.people import STAGES_OF_STEPS, STEP_NAMES, STEPS, known
from handoff.reports.periods import Period
from handoff.reports.sales import middle, times_to_verdict
from handoff.reports.tabulation import Tabulation, tabulate
from leadhub.users.models import Team


@dataclass(frozen=True)
class Step:
    """How many contacts came so far: of those of the step before, and of all."""

    key: str
    name: str
    contacts: int
    share: Share
    of_all: Share


@dataclass(frozen=True)
class Known:
    """The contacts that became known in a month (or a whole period), by step."""

    name: str
    steps: tuple[Step, ...]
    still_open: int
    query: dict[str, str]


@dataclass(frozen=True)
class Funnel:
    """`known` and `known_by_month` are of contacts that became known in the period; the others
    of leads handed over in it. `marketing` leaves out what sales added; `origins` has it.
    """

    period: Period
    marketing: Row
    origins: tuple[Row, ...]
    months: tuple[Row, ...]
    teams: tuple[Row, ...]
    sources: tuple[Row, ...]
    known: Known
    known_by_month: tuple[Known, ...]
    time_to_verdict: timedelta | None


def funnel(period: Period) -> Funnel:
    handed_over = Lead.objects.filter(period.holds("handed_over_at"))
    times = times_to_verdict(handed_over.filter(origin__in=MARKETING))
    counted = tabulate(
        handed_over,
        origin="origin",
        month=period.month_of("handed_over_at"),
        team="team",
        source="contact__source",
    )
    by_marketing = counted.only("origin", MARKETING)
    query = {"origin": "marketing", **period.query}
    by_month = known_by_month(period)
    return Funnel(
        period=period,
        marketing=Row("Handed over by marketing", by_marketing.total(), query),
        origins=origins(counted, period),
        months=months(by_marketing, period),
        teams=teams(by_marketing, query),
        sources=by_source(by_marketing.by("source"), query),
        known=known_in(period, by_month),
        known_by_month=by_month,
        time_to_verdict=middle([time for judge in times.values() for time in judge]),
    )


def origins(handed_over: Tabulation, period: Period) -> tuple[Row, ...]:
    counted = handed_over.by("origin")
    return tuple(
        Row(name, counted.get(origin, Counts()), {"origin": origin, **period.query})
        for origin, name in Lead.Origin.choices
    )


def months(leads: Tabulation, period: Period) -> tuple[Row, ...]:
    """Each month of handoff in the period, also the empty ones."""
    counted = leads.by("month")
    return tuple(
        Row(
            month.name,
            counted.get(month.name, Counts()),
            {"origin": "marketing", **month.query},
        )
        for month in period.months()
    )


def teams(leads: Tabulation, query: dict[str, str]) -> tuple[Row, ...]:
    names = dict(Team.objects.values_list("pk", "name"))
    rows = (
        Row(names.get(team, "Every team's queue"), counts, {"team": str(team or "null"), **query})
        for team, counts in leads.by("team").items()
    )
    return tuple(sorted(rows, key=lambda row: row.name))


def known_by_month(period: Period) -> tuple[Known, ...]:
    """The steps of the contacts that became known in each month of the period."""
    found = [steps_of_contacts(period), steps_of_leads(period)]
    return tuple(
        reached(
            month,
            {step: number for part in found for step, number in part.get(month.name, {}).items()},
            month.name,
        )
        for month in period.months()
    )


def steps_of_contacts(period: Period) -> dict[str, dict[str, int]]:
    """By month: the steps that need no lead."""
    contacts = known().filter(period.holds("created_at")).order_by()
    grouped = contacts.values(month=period.month_of("created_at")).annotate(
        known=Count("pk"), engaged=Count("pk", filter=STEPS["engaged"])
    )
    return {row.pop("month"): row for row in grouped}


def steps_of_leads(period: Period) -> dict[str, dict[str, int]]:
    """By month: the steps that take a lead, counted from the leads, which are far fewer."""
    contact = Coalesce("contact__root", "contact")
    leads = Lead.objects.alias(
        known_at=Coalesce("contact__root__created_at", "contact__created_at")
    ).filter(period.holds("known_at"))
    grouped = (
        leads.order_by()
        .values(month=period.month_of("known_at"))
        .annotate(
            **{
                step: Count(contact, distinct=True, filter=Q(stage__in=stages))
                for step, stages in STAGES_OF_STEPS.items()
            }
        )
    )
    return {row.pop("month"): row for row in grouped}


def known_in(period: Period, by_month: tuple[Known, ...]) -> Known:
    """The steps of the whole period: its months together."""
    totals = dict.fromkeys(STEPS, 0)
    for month in by_month:
        totals["open"] += month.still_open
        for step in month.steps:
            totals[step.key] += step.contacts
    return reached(period, totals, "Whole period")


def reached(period: Period, counted: dict[str, int], name: str) -> Known:
    keys = [key for key in STEPS if key != "open"]
    steps = tuple(
        Step(
            key,
            STEP_NAMES[key],
            counted.get(key, 0),
            Share(counted.get(key, 0), counted.get(before, 0)),
            Share(counted.get(key, 0), counted.get("known", 0)),
        )
        for key, before in zip(keys, ["known", *keys], strict=False)
    )
    return Known(name, steps, counted.get("open", 0), period.query)
