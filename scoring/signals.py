"""Signals: which of them may still change, and how one is replaced by another.

The marks that an event can give, not Django's signals, of which LeadHub has none.
"""

import re
from datetime import datetime

from django.db import transaction

from scoring.models import Definition, Signal, SignalWeight

PUBLISHED = [status for status in Definition.Status if status != Definition.Status.DRAFT]


def is_published(signal: Signal) -> bool:
    """Whether a version that is no draft any more weighs it: then its meaning stays."""
    return signal.weights.filter(definition__status__in=PUBLISHED).exists()


class HasSuccessor(Exception):
    """Another signal replaces this one already."""


@transaction.atomic
def make_successor(*, signal: Signal, at: datetime) -> Signal:
    """A copy to be changed, which takes the signal's place in every draft. Raises HasSuccessor."""
    signal = Signal.objects.select_for_update().get(pk=signal.pk)
    if signal.successor_id is not None:
        raise HasSuccessor(f"“{signal.successor}” replaces “{signal}” already.")
    successor = Signal.objects.create(
        name=next_name(signal.name),
        description=signal.description,
        intent=signal.intent,
        is_hand_raise=signal.is_hand_raise,
        conditions=signal.conditions,
        counting=signal.counting,
        distinct_property=signal.distinct_property,
        created_at=at,
    )
    Signal.objects.filter(pk=signal.pk).update(successor=successor)
    SignalWeight.objects.filter(signal=signal, definition__status=Definition.Status.DRAFT).update(
        signal=successor
    )
    return successor


def next_name(name: str) -> str:
    """ "Webinar booked" → "Webinar booked (2)" → "Webinar booked (3)", whichever is free."""
    base, number = re.fullmatch(r"(.*?)(?: \((\d+)\))?", name).groups()
    following = int(number or 1) + 1
    while Signal.objects.filter(name=f"{base} ({following})").exists():
        following += 1
    return f"{base} ({following})"
