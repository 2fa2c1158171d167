"""Where the tour leads: the actual lead, signal and draft, looked for when somebody goes there."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse

from handoff.leads.shown import leads_visible_to, next_best
from handoff.models import Lead, Stage
from leadhub.demo import campaign, definitions
from leadhub.demo.sales import NOT_ICP
from scoring.models import Definition


class Place(NamedTuple):
    """Where something is to be seen, and what the tour says of it besides."""

    address: str
    figures: str = ""


def inbox(user, at: datetime) -> Place:
    return Place(reverse("inbox"))


def funnel(user, at: datetime) -> Place:
    return Place(reverse("funnel"))


def best_lead(user, at: datetime) -> Place:
    best = next_best(user, at=at).first()
    return Place(reverse("lead", args=[best.pk])) if best else inbox(user, at)


def poor_lead(user, at: datetime) -> Place:
    """The lead of the campaign that waits and fits least; else of all that wait."""
    waiting = leads_visible_to(user).filter(stage=Stage.QUEUED).order_by("fit", "pk")
    found = waiting.filter(contact__campaign=campaign.NAME).first() or waiting.first()
    return Place(reverse("lead", args=[found.pk])) if found else inbox(user, at)


def signal_behind_rejections(user, at: datetime) -> Place:
    """The signal that gave most points to what sales rejected as not our ICP, by the receipts, and
    how much it gave.
    """
    rejected = Rejected.read()
    if rejected.signal is None:
        return Place(reverse("admin:scoring_signal_changelist"))
    had, gave = rejected.leads[rejected.signal], rejected.points[rejected.signal]
    return Place(
        reverse("admin:scoring_signal_change", args=[rejected.signal]),
        f"{had} of {rejected.count} had it: {gave:,} of their {rejected.points.total():,} points "
        "of behaviour.",
    )


@dataclass(frozen=True)
class Rejected:
    """The leads that sales rejected as not our ICP under the live version: how many there are and,
    by signal, how many had it and which points it gave them.
    """

    count: int
    leads: Counter[int]
    points: Counter[int]

    @classmethod
    def read(cls) -> "Rejected":
        live = Definition.objects.filter(status=Definition.Status.LIVE)
        rejected = Lead.objects.filter(reason__name=NOT_ICP, definition__in=live)
        receipts = list(rejected.order_by().values_list("receipt", flat=True))
        leads, points = Counter(), Counter()
        for receipt in receipts:
            of_signals = [line for line in receipt.get("lines", ()) if line.get("signal")]
            leads.update({line["signal"] for line in of_signals})
            for line in of_signals:
                points[line["signal"]] += line["points"]
        return cls(len(receipts), leads, points)

    @property
    def signal(self) -> int | None:
        """The one that gave most points."""
        return self.points.most_common(1)[0][0] if self.points else None


def higher_threshold(user, at: datetime) -> Place:
    return publishing_of(definitions.HIGHER)


def lower_weight(user, at: datetime) -> Place:
    return publishing_of(definitions.LOWER)


def publishing_of(name: str) -> Place:
    """Where one sees what the draft would change; where it is gone, all versions."""
    drafts = Definition.objects.filter(status=Definition.Status.DRAFT, name=name)
    draft = drafts.order_by("-pk").values_list("pk", flat=True).first()
    if draft is None:
        return Place(reverse("admin:scoring_definition_changelist"))
    return Place(reverse("admin:scoring_definition_publish", args=[draft]))
