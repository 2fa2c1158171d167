"""The two versions of "qualified" that have been live in the demo world, and two proposals."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from handoff.models import Lead
from leadhub.demo.campaign import EVENT
from leadhub.demo.cascade import take_away
from scoring import immutability, publishing, starter, versions
from scoring.models import Definition, Intent, Signal, SignalWeight

SYNDICATION = "Content syndication lead"
SECOND = "Content syndication counts"
# What might be done about the campaign, as drafts: a coarse measure, and one that mends it.
HIGHER, LOWER = "A higher threshold", "Syndication counts for less"
HIGHER_BY, LOWERED_TO = 20, 5


def install_first(*, at: datetime) -> Definition:
    """The starter definition, live from then on."""
    return starter.install(at=at)


def is_second_published() -> bool:
    return Definition.objects.filter(name=SECOND).exists()


def publish_second(*, by, at: datetime) -> Definition:
    """Like the first, but that a report taken at a portal is worth as much as a webinar.

    It comes with the next run over everyone.
    """
    draft = versions.copy_as_draft(original=versions.live_definition(), by=by, at=at)
    Definition.objects.filter(pk=draft.pk).update(name=SECOND)
    signal = Signal.objects.create(
        name=SYNDICATION,
        description="Took one of our reports at a portal, which sent us the address.",
        intent=Intent.MEDIUM,
        conditions=starter.track(EVENT),
        counting=Signal.Counting.DISTINCT,
        distinct_property="asset",
        created_at=at,
    )
    SignalWeight.objects.create(
        definition=draft, signal=signal, points=20, daily_limit=2, half_life_days=30, steps=3
    )
    publishing.publish(definition=draft, by=by, at=at, handover=Definition.Handover.FROM_NOW_ON)
    return draft


@transaction.atomic
def propose(*, by, at: datetime) -> None:
    """Drafts for whoever wants fewer leads that don't fit."""
    live = versions.live_definition()
    higher = versions.copy_as_draft(original=live, by=by, at=at, name=HIGHER)
    raised = live.threshold + HIGHER_BY
    Definition.objects.filter(pk=higher.pk).update(threshold=raised)
    lower = versions.copy_as_draft(original=live, by=by, at=at, name=LOWER)
    lower.weights.filter(signal__name=SYNDICATION).update(points=LOWERED_TO)


@transaction.atomic
def forget(versions_ids: Iterable[int], signal_ids: Iterable[int] = ()) -> None:
    """Deletes versions that were live only in the demo world, and signals that none weighs now.

    A version by which somebody else was handed over stays, retired: leads name their version.
    """
    ids = set(versions_ids)
    if not ids:
        return
    ids -= set(Lead.objects.filter(definition__in=ids).values_list("definition", flat=True))
    immutability.unguard(connection)
    take_away(Definition.objects.filter(pk__in=ids))
    unused = Signal.objects.filter(pk__in=list(signal_ids), weights=None)
    take_away(unused)
    # PostgreSQL lets no trigger be made while checks of foreign keys are still to come.
    connection.check_constraints()
    immutability.guard(connection)
