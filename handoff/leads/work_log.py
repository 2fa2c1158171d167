"""What is done about a lead between its verdicts: attempts to reach the person, notes, snoozing."""

from datetime import datetime

from handoff.leads.verdicts import snooze
from handoff.models import Attempt, Lead, Note

__all__ = ["add_note", "log_attempt", "snooze"]


def log_attempt(*, lead: Lead, kind: str, by, at: datetime, note: str = "") -> Attempt:
    """Somebody tried to reach the person: this alone stops the response clock. `kind` is one of
    Attempt.Kind.
    """
    return Attempt.objects.create(lead=lead, kind=kind, by=by, at=at, note=note)


def add_note(*, lead: Lead, by, at: datetime, text: str) -> Note:
    return Note.objects.create(lead=lead, by=by, at=at, text=text)
