"""Leads counted by several keys in one pass; every breakdown is a sum over its cells."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db.models import Count, Expression, F, QuerySet

from handoff.models import Lead
from handoff.reports.measures import MEASURES, Counts, Pipeline
from leadhub.records.models import Opportunity

PREFIX = "by_"  # keeps the keys' names apart from the leads' own columns


class Tabulation:
    """How many leads there are of each measure for each combination of the keys' values, and which
    opportunities they have.
    """

    def __init__(self, cells: Iterable[dict], opportunities: Iterable[dict]):
        self.cells, self.opportunities = list(cells), list(opportunities)

    def only(self, key: str, values: Collection) -> "Tabulation":
        """The part of which the key has one of the values."""
        chosen = PREFIX + key
        return Tabulation(
            (cell for cell in self.cells if cell[chosen] in values),
            (deal for deal in self.opportunities if deal[chosen] in values),
        )

    def total(self) -> Counts:
        return counts_of(self.cells, self.opportunities)

    def by(self, key: str) -> dict[object, Counts]:
        """The counts of each of the key's values. An opportunity that leads of two values share
        counts in both.
        """
        cells, opportunities = defaultdict(list), defaultdict(list)
        for cell in self.cells:
            cells[cell[PREFIX + key]].append(cell)
        for deal in self.opportunities:
            opportunities[deal[PREFIX + key]].append(deal)
        return {value: counts_of(found, opportunities[value]) for value, found in cells.items()}


def tabulate(leads: QuerySet[Lead], **keys: Expression | str) -> Tabulation:
    """Counts the leads by all keys at once: each an expression, or the path of a column."""
    by = {PREFIX + name: F(key) if isinstance(key, str) else key for name, key in keys.items()}
    totals = {name: Count("pk", filter=condition) for name, condition in MEASURES.items()}
    alive = leads.filter(MEASURES["in_pipeline"]).order_by()
    deal = ("opportunity", "opportunity__stage", "opportunity__amount")
    return Tabulation(
        leads.order_by().values(**by).annotate(**totals),
        alive.values(*deal, **by).distinct(),
    )


def counts_of(cells: Iterable[dict], opportunities: Iterable[dict]) -> Counts:
    summed = dict.fromkeys(MEASURES, 0)
    for cell in cells:
        for name in MEASURES:
            summed[name] += cell[name]
    return Counts(**summed, pipeline=pipeline_of(opportunities))


def pipeline_of(opportunities: Iterable[dict]) -> Pipeline:
    """What they amount to, each counted once however many leads share it."""
    each = {
        deal["opportunity"]: (deal["opportunity__stage"], deal["opportunity__amount"])
        for deal in opportunities
    }
    known = [(stage, amount) for stage, amount in each.values() if amount is not None]
    won = (amount for stage, amount in known if stage == Opportunity.Stage.WON)
    return Pipeline(
        amount=sum((amount for _, amount in known), Decimal(0)),
        won=sum(won, Decimal(0)),
        opportunities=len(each),
        without_amount=len(each) - len(known),
    )
