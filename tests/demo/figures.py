"""What the demo world claims of itself, asked of the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from handoff.models import Lead, Stage
from leadhub.demo import campaign, definitions
from leadhub.records.models import Contact, Event
from scoring.models import Definition

ACCEPTED = (Stage.ACCEPTED, Stage.SQL, Stage.WON, Stage.LOST)
PROMOTED = (Stage.SQL, Stage.WON, Stage.LOST)
REJECTED = (Stage.RECYCLED, Stage.DISQUALIFIED, Stage.WAITING)


@dataclass(frozen=True)
class Shares:
    """Of leads that sales judged: accepted; of those: promoted; of those: won."""

    judged: int
    accepted: float
    promoted: float
    won: float


def shares_of(leads) -> Shares:
    counted = leads.aggregate(
        accepted=Count("pk", filter=Q(stage__in=ACCEPTED)),
        rejected=Count("pk", filter=Q(stage__in=REJECTED, reason__counts_against_marketing=True)),
        promoted=Count("pk", filter=Q(stage__in=PROMOTED)),
        won=Count("pk", filter=Q(stage=Stage.WON)),
    )
    judged = counted["accepted"] + counted["rejected"]
    return Shares(
        judged,
        counted["accepted"] / judged,
        counted["promoted"] / counted["accepted"],
        counted["won"] / counted["promoted"],
    )


def of_campaign():
    return Lead.objects.filter(contact__campaign=campaign.NAME)


def since_campaign(made_at: datetime):
    return Lead.objects.filter(handed_over_at__gte=made_at - timedelta(weeks=campaign.WEEKS))


def kept_out(points: int) -> set[int]:
    """The leads that would not have qualified had a report at a portal been worth these points.

    What their receipts, frozen at handoff, say that it was worth is lowered in proportion.
    """
    live = Definition.objects.get(status=Definition.Status.LIVE)
    weight = live.weights.get(signal__name=definitions.SYNDICATION)
    out = set()
    for lead in Lead.objects.filter(definition=live, hand_raised_at=None):
        lines = lead.receipt["lines"]
        worth = sum(line["points"] for line in lines if line["signal"] == weight.signal_id)
        lost = worth * (weight.points - points) // weight.points
        behaviour, total = lead.behaviour - lost, lead.total - lost
        if worth and (total < live.threshold or behaviour < live.minimum_behaviour):
            out.add(lead.pk)
    return out


def sizes() -> dict[str, int]:
    return {
        "contacts": Contact.objects.count(),
        "events": Event.objects.count(),
        "leads": Lead.objects.count(),
    }
