"""What is done about a lead between its verdicts: attempts to reach the person, notes, snoozing."""

from datetime import datetime, timedelta

from django.utils import timezone

from handoff.leads.lifecycle import Action, move
from handoff.leads.verdicts import IncompleteVerdict
from handoff.models import Attempt, Lead, Note, Stage, Transition

LONGEST_SNOOZE = timedelta(days=366)


def log_attempt(*, lead: Lead, kind: str, by, at: datetime, note: str = "") -> Attempt:
    """Somebody tried to reach the person: this alone stops the response clock. `kind` is one of
    Attempt.Kind.
    """
    return Attempt.objects.create(lead=lead, kind=kind, by=by, at=at, note=note)


def add_note(*, lead: Lead, by, at: datetime, text: str) -> Note:
    return Note.objects.create(lead=lead, by=by, at=at, text=text)


def snooze(*, lead: Lead, seen: int, by, at: datetime, until: datetime) -> Transition:
    """Out of the inbox until then; its clocks go on. Raises IncompleteVerdict."""
    if not at < until <= at + LONGEST_SNOOZE:
        raise IncompleteVerdict({"until": "Choose a time in the future, within a year."})
    return move(
        lead=lead,
        action=Action.SNOOZE,
        to=Stage(lead.stage),
        seen=seen,
        by=by,
        at=at,
        note=f"until {timezone.localtime(until):%-d %B %Y, %H:%M}",
        snoozed_until=until,
    )
