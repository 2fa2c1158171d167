"""Signals: which of them may still change, and how one is replaced by another.

The marks that an event can give, not Django's signals, of which LeadHub has none.
"""

import re
from datetime import datetime

from django.db import transaction

from scoring import runs
from scoring.models import Definition, Signal, SignalWeight
from scoring.versions import copy_as_draft, live_definition

# What makes a signal what it is, and what of it decides the tallies.
COUNTED = ("conditions", "counting", "distinct_property")
MEANING = ("name", "intent", "is_hand_raise", *COUNTED)
PUBLISHED = [status for status in Definition.Status if status != Definition.Status.DRAFT]


def is_published(signal: Signal) -> bool:
    """Whether a version that is no draft any more weighs it: then its meaning stays."""
    return signal.weights.filter(definition__status__in=PUBLISHED).exists()


class HasSuccessor(Exception):
    """Another signal replaces this one already."""


@transaction.atomic
def edit(*, signal: Signal, meaning: dict, by, at: datetime) -> Signal:
    """The signal with this meaning, a value for each of MEANING.

    One that a published version weighs stays as it is: a successor has the new meaning and takes
    its place in every draft; where there is none, in a new one like the live version. What it
    counts for the past is tallied anew in the background. Raises HasSuccessor.
    """
    signal = Signal.objects.select_for_update().get(pk=signal.pk)
    before = {name: getattr(signal, name) for name in MEANING}
    if before == meaning:
        return signal
    if is_published(signal):
        signal = succeed(signal, meaning, by=by, at=at)
    else:
        Signal.objects.filter(pk=signal.pk).update(**meaning)
        signal.refresh_from_db()
    if any(before[name] != meaning[name] for name in COUNTED) or signal.tallied_at is None:
        runs.begin_tallying(signal=signal, by=by, at=at)
        signal.refresh_from_db()
    return signal


def succeed(signal: Signal, meaning: dict, *, by, at: datetime) -> Signal:
    if signal.successor_id is not None:
        raise HasSuccessor(f"“{signal.successor}” replaces “{signal}” already.")
    if meaning["name"] == signal.name:
        meaning = meaning | {"name": next_name(signal.name)}
    successor = Signal.objects.create(**meaning, description=signal.description, created_at=at)
    Signal.objects.filter(pk=signal.pk).update(successor=successor)
    drafts = SignalWeight.objects.filter(definition__status=Definition.Status.DRAFT)
    live = live_definition()
    if not drafts.filter(signal=signal).exists() and live is not None:
        copy_as_draft(original=live, by=by, at=at, name=f"With “{successor}”"[:120])
    drafts.filter(signal=signal).update(signal=successor)
    return successor


def next_name(name: str) -> str:
    """ "Webinar booked" → "Webinar booked (2)" → "Webinar booked (3)", whichever is free."""
    base, number = re.fullmatch(r"(.*?)(?: \((\d+)\))?", name).groups()
    following = int(number or 1) + 1
    while Signal.objects.filter(name=f"{base} ({following})").exists():
        following += 1
    return f"{base} ({following})"
