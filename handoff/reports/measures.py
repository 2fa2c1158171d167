"""What is counted about leads, each as a condition that a list can ask for as well."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from handoff.models import OPEN_STAGES, REFUSED, TAKEN_ON, Lead, Stage
from leadhub.records.models import Opportunity

REACHED_SQL = (Stage.SQL, Stage.WON, Stage.LOST)
IN_PIPELINE = (Opportunity.Stage.OPEN, Opportunity.Stage.WON)

is_accepted = Q(stage__in=TAKEN_ON)
is_rejected = Q(stage__in=REFUSED)
is_uncounted = is_rejected & Q(reason__counts_against_marketing=False)
counts_as_rejected = is_rejected & (Q(reason=None) | Q(reason__counts_against_marketing=True))
was_accepted = Q(accepted_at__isnull=False)

# A lead's latest verdict shows in its stage: what follows an acceptance is accepted, SQL, won or
# lost; what follows a rejection is recycled, disqualified or waiting. A lead that was passed to
# another rep waits for its verdict again.
MEASURES: dict[str, Q] = {
    "leads": Q(),
    "judged": is_accepted | counts_as_rejected,
    "accepted": is_accepted,
    "rejected": counts_as_rejected,
    "uncounted": is_uncounted,
    "accepted_then_rejected": is_rejected & was_accepted,
    "sql": Q(stage__in=REACHED_SQL),
    "won": Q(stage=Stage.WON),
    "lost": Q(stage=Stage.LOST),
    "queued": Q(stage=Stage.QUEUED),
    "open": Q(stage__in=OPEN_STAGES),
    "in_pipeline": Q(opportunity__stage__in=IN_PIPELINE),
    "ended": Q(stage__in=[Stage.WITHDRAWN, Stage.EXPIRED, Stage.MERGED]),
}
MEASURE_NAMES = {
    "leads": "Handed over",
    "judged": "Judged",
    "accepted": "Accepted",
    "rejected": "Rejected",
    "uncounted": "Rejected, uncounted",
    "accepted_then_rejected": "Accepted, then rejected",
    "sql": "Became SQL",
    "won": "Won",
    "lost": "Lost",
    "queued": "Waiting for a verdict",
    "open": "Still open",
    "in_pipeline": "With an open or won opportunity",
    "ended": "Withdrawn, expired or merged",
}

# Stands in an address for contacts of which no source is known.
NO_SOURCE = "(none)"
MARKETING = (Lead.Origin.SCORE, Lead.Origin.HAND_RAISE)


@dataclass(frozen=True)
class Share:
    """`part` of `whole`; of nothing there is no share."""

    part: int
    whole: int

    @property
    def ratio(self) -> float | None:
        """Between 0 and 1."""
        return self.part / self.whole if self.whole else None

    @property
    def sentence(self) -> str:
        return f"{self.part:,} of {self.whole:,}"


@dataclass(frozen=True)
class Pipeline:
    """What the opportunities of some leads amount to, each counted once: those open or won."""

    amount: Decimal = Decimal(0)
    won: Decimal = Decimal(0)
    opportunities: int = 0
    without_amount: int = 0

    @property
    def sentence(self) -> str:
        deals = f"{self.opportunities:,} opportunit{'y' if self.opportunities == 1 else 'ies'}"
        return (
            f"{deals}, {self.without_amount:,} without an amount" if self.without_amount else deals
        )


@dataclass(frozen=True)
class Counts:
    """How many leads there are of each measure, and what they brought."""

    leads: int = 0
    judged: int = 0
    accepted: int = 0
    rejected: int = 0
    uncounted: int = 0
    accepted_then_rejected: int = 0
    sql: int = 0
    won: int = 0
    lost: int = 0
    queued: int = 0
    open: int = 0
    in_pipeline: int = 0
    ended: int = 0
    pipeline: Pipeline = Pipeline()

    @property
    def sentence(self) -> str:
        return f"{self.open:,} still open, {self.queued:,} without a verdict"

    @property
    def accepted_share(self) -> Share:
        return Share(self.accepted, self.judged)

    @property
    def sql_share(self) -> Share:
        return Share(self.sql, self.leads)

    @property
    def won_share(self) -> Share:
        return Share(self.won, self.leads)


@dataclass(frozen=True)
class Row:
    """Some leads under a name; `query` asks the list of leads for exactly them."""

    name: str
    counts: Counts
    query: dict[str, str] = field(default_factory=dict)


def by_source(counted: Mapping[object, Counts], query: dict[str, str]) -> tuple[Row, ...]:
    """A row for each source of the leads that `query` asks for, those with most accepted first."""
    rows = (
        Row(source or "No source known", counts, {**query, "source": source or NO_SOURCE})
        for source, counts in counted.items()
    )
    return tuple(sorted(rows, key=lambda row: (-row.counts.accepted, -row.counts.leads, row.name)))
