"""What stands in an installation's database, beside what follows from its events: run inside it."""

import json
from collections import Counter

from django.db.models import F
from django.utils import timezone

from handoff.models import OPEN_STAGES, Lead
from leadhub.intake.models import QuarantinedMessage, ReceivedBatch
from leadhub.records.models import Contact, Event, Freshness
from scoring import source, tallies
from scoring.evaluate import evaluate
from scoring.models import ContactScore, ScoreChange
from scoring.versions import definition_of, live_definition
from tests.running import wait_until

EVERYONE = source.Range(1, 2**62)


def balanced() -> str:
    """As JSON, once everything received has been worked on: what was stored, and whatever does
    not agree with what follows from the events.
    """
    wait_until(nothing_waits, for_what="everything received to become facts, scores and leads")
    quarantined = QuarantinedMessage.objects.values_list("body", flat=True)
    return json.dumps(
        {
            "events": sorted(Event.objects.values_list("message_id", flat=True)),
            "quarantined": sorted({json.loads(body)["messageId"] for body in quarantined}),
            "people": Contact.objects.count(),
            "leads": Lead.objects.count(),
            "wrong": {
                "set aside": list(Freshness.objects.exclude(failure="").values_list("failure")),
                "tallies": tallies_not_as_recounted(),
                "scores": scores_not_as_evaluated(),
                "changes": breaks_in_the_ledger(),
                "leads": leads_not_as_qualified(),
            },
        }
    )


def nothing_waits() -> bool:
    return not (
        ReceivedBatch.objects.filter(digested_at=None).exists()
        or Freshness.objects.exclude(scored_revision=F("revision")).exists()
        or contacts_without_their_lead()
    )


def contacts_without_their_lead() -> set[int]:
    qualified = ContactScore.objects.filter(
        qualified=True, definition=live_definition(), contact__root=None
    )
    have = Lead.objects.filter(stage__in=OPEN_STAGES).values_list("contact", flat=True)
    return set(qualified.values_list("contact", flat=True)) - set(have)


def tallies_not_as_recounted() -> list:
    counted = tallies.count(
        tallies.signals_counted(), source.events(EVERYONE), source.freshness(EVERYONE)
    )
    return difference(source.tallies_as_stored(EVERYONE), counted)


def scores_not_as_evaluated() -> list:
    live = definition_of(live_definition())
    evaluated = evaluate(
        live, source.tallies(EVERYONE), source.people(EVERYONE, live), timezone.localdate()
    )
    stored = source.scores(EVERYONE, live.id)
    return difference(stored, evaluated.select(stored.column_names))


def difference(stored, expected) -> list:
    """Rows that are in only one of the two, or more often in one than in the other."""
    ours, theirs = (
        Counter(tuple(row.values()) for row in table.select(stored.column_names).to_pylist())
        for table in (stored, expected)
    )
    return [str(row) for row in ((ours - theirs) + (theirs - ours))]


def breaks_in_the_ledger() -> list:
    """Changes that do not go on where the one before ended, or that change nothing."""
    standing: dict[tuple, tuple] = {}
    breaks = []
    for change in ScoreChange.objects.order_by("id"):
        before = (change.behaviour_from, change.fit_from, change.qualified_from)
        after = (change.behaviour_to, change.fit_to, change.qualified_to)
        key = (change.contact_id, change.definition_id)
        if before != standing.get(key, (None, None, None)) or before == after:
            breaks.append(f"{change.pk}: {standing.get(key)} then {before} → {after}")
        standing[key] = after
    current = {
        (score.contact_id, score.definition_id): (score.behaviour, score.fit, score.qualified)
        for score in ContactScore.objects.all()
    }
    return breaks + [str(key) for key in current if current[key] != standing.get(key)]


def leads_not_as_qualified() -> list:
    """Nobody has given a verdict: whoever has a lead has one, and it is open and began once."""
    leads = Counter(Lead.objects.values_list("contact", flat=True))
    beginnings = Counter(
        Lead.objects.filter(transitions__from_stage="").values_list("pk", flat=True)
    )
    return [
        *(f"contact {contact} has {n} leads" for contact, n in leads.items() if n > 1),
        *(f"lead {lead} began {n} times" for lead, n in beginnings.items() if n > 1),
        *(f"contact {contact} has no lead" for contact in contacts_without_their_lead()),
    ]
