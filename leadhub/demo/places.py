"""Where the tour leads: the actual lead, signal and draft, looked for when somebody goes there."""

from collections import Counter
from datetime import datetime

from django.urls import reverse

from handoff.leads.shown import leads_visible_to, next_best
from handoff.models import Lead, Stage
from leadhub.demo import campaign, definitions
from leadhub.demo.sales import NOT_ICP
from scoring.models import Definition


def inbox(user, at: datetime) -> str:
    return reverse("inbox")


def funnel(user, at: datetime) -> str:
    return reverse("funnel")


def best_lead(user, at: datetime) -> str:
    best = next_best(user, at=at).first()
    return reverse("lead", args=[best.pk]) if best else inbox(user, at)


def poor_lead(user, at: datetime) -> str:
    """The lead of the campaign that waits and fits least; else of all that wait."""
    waiting = leads_visible_to(user).filter(stage=Stage.QUEUED).order_by("fit", "pk")
    found = waiting.filter(contact__campaign=campaign.NAME).first() or waiting.first()
    return reverse("lead", args=[found.pk]) if found else inbox(user, at)


def signal_behind_rejections(user, at: datetime) -> str:
    """The signal that gave most points to what sales rejected as not our ICP, by the receipts."""
    signal = signal_most_rejected()
    if signal is None:
        return reverse("admin:scoring_signal_changelist")
    return reverse("admin:scoring_signal_change", args=[signal])


def signal_most_rejected() -> int | None:
    live = Definition.objects.filter(status=Definition.Status.LIVE)
    rejected = Lead.objects.filter(reason__name=NOT_ICP, definition__in=live)
    points: Counter[int] = Counter()
    for receipt in rejected.order_by().values_list("receipt", flat=True):
        for line in receipt.get("lines", ()):
            if line.get("signal"):
                points[line["signal"]] += line["points"]
    return points.most_common(1)[0][0] if points else None


def higher_threshold(user, at: datetime) -> str:
    return publishing_of(definitions.HIGHER)


def lower_weight(user, at: datetime) -> str:
    return publishing_of(definitions.LOWER)


def publishing_of(name: str) -> str:
    """Where one sees what the draft would change; where it is gone, all versions."""
    drafts = Definition.objects.filter(status=Definition.Status.DRAFT, name=name)
    draft = drafts.order_by("-pk").values_list("pk", flat=True).first()
    if draft is None:
        return reverse("admin:scoring_definition_changelist")
    return reverse("admin:scoring_definition_publish", args=[draft])
