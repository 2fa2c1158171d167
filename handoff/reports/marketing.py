"""Marketing's report: how good what it handed over was, before how much it was."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from handoff.entry.candidates import not_sold_to
from handoff.models import OPEN_STAGES, Held, Lead, Stage
from handoff.reports.measures import MARKETING, MEASURES, Counts, Row, by_source
from handoff.reports.periods import Period
from handoff.reports.tabulation import tabulate
from scoring import reports as scores
from scoring.models import ContactScore, Definition
from scoring.versions import live_definition


@dataclass(frozen=True)
class Rejections:
    """How many leads were rejected for a reason, and whether that counts against marketing."""

    name: str
    leads: int
    counted: bool
    query: dict[str, str]


@dataclass(frozen=True)
class Marketing:
    """Leads handed over in the period; `near`, `waiting`, `held` and `missing` are of now."""

    period: Period
    mqls: Row
    hand_raises: Row
    sources: tuple[Row, ...]
    rejections: tuple[Rejections, ...]
    uncounted: tuple[Rejections, ...]
    near: int
    waiting: int
    missing: tuple[scores.Missing, ...]
    held: int
    has_definition: bool
    near_points: int = scores.NEAR_POINTS

    @property
    def origins(self) -> tuple[Row, Row]:
        return self.mqls, self.hand_raises


def marketing(period: Period) -> Marketing:
    handed_over = Lead.objects.filter(period.holds("handed_over_at"))
    counted = tabulate(
        handed_over.filter(origin__in=MARKETING), origin="origin", source="contact__source"
    )
    origins = counted.by("origin")
    rejections = rejections_by_reason(handed_over.filter(origin__in=MARKETING), period)
    definition = live_definition()
    waiting = waiting_for_data(definition)
    return Marketing(
        period=period,
        mqls=of_origin(Lead.Origin.SCORE, "MQLs by score", origins, period),
        hand_raises=of_origin(Lead.Origin.HAND_RAISE, "Hand-raises", origins, period),
        sources=by_source(
            counted.only("origin", [Lead.Origin.SCORE]).by("source"),
            {"origin": Lead.Origin.SCORE.value, **period.query},
        ),
        rejections=tuple(r for r in rejections if r.counted),
        uncounted=tuple(r for r in rejections if not r.counted),
        near=near_threshold(definition).count(),
        waiting=waiting.count(),
        missing=scores.missing_attributes(waiting, definition) if definition else (),
        held=Held.objects.count(),
        has_definition=definition is not None,
    )


def of_origin(origin: str, name: str, origins: dict[object, Counts], period: Period) -> Row:
    return Row(name, origins.get(origin, Counts()), {"origin": str(origin), **period.query})


def rejections_by_reason(leads: QuerySet[Lead], period: Period) -> list[Rejections]:
    rejected = leads.filter(MEASURES["rejected"] | MEASURES["uncounted"]).order_by()
    columns = ("reason", "reason__name", "reason__counts_against_marketing")
    rows = rejected.values_list(*columns).annotate(leads=Count("pk")).order_by("-leads", columns[1])
    return [
        Rejections(
            name or "No reason given",
            number,
            counted is not False,
            {
                "origin": "marketing",
                "measure": "uncounted" if counted is False else "rejected",
                "reason": str(reason or "null"),
                **period.query,
            },
        )
        for reason, name, counted, number in rows
    ]


def near_threshold(definition: Definition | None) -> QuerySet[ContactScore]:
    """Scores just under the threshold, of contacts who are not with sales already."""
    if definition is None:
        return ContactScore.objects.none()
    return not_in_sales_hands(scores.near_threshold(definition))


def waiting_for_data(definition: Definition | None) -> QuerySet[ContactScore]:
    """Scores of contacts who only lack data, and are not with sales already."""
    if definition is None:
        return ContactScore.objects.none()
    return not_in_sales_hands(scores.waiting_for_data(definition))


def not_in_sales_hands(found: QuerySet[ContactScore]) -> QuerySet[ContactScore]:
    """Without those whose lead is open or waits itself, and without customers and companies with
    a deal under way: these never come by their score.
    """
    leads = Lead.objects.filter(stage__in=[*OPEN_STAGES, Stage.WAITING, Stage.WON])
    return found.filter(not_sold_to()).exclude(contact__in=leads.values("contact"))
