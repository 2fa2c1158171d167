"""The days of events, decided anew in another time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Max, Min, QuerySet
from django.db.models.functions import TruncDate

from leadhub.records.freshness import touch
from leadhub.records.models import Event

EVENTS_AT_ONCE = 20_000


def decide_anew(zone: ZoneInfo, *, said: Callable[[int, int], None]) -> int:
    """Writes the date of each event in the zone as its day; returns how many days changed.

    Contacts whose days changed are tallied anew on every day of theirs, from the same transaction
    on. `said` is told the last id done and the last of all.
    """
    ends = Event.objects.aggregate(first=Min("pk"), last=Max("pk"))
    changed = 0
    if ends["last"] is None:
        return 0
    for first in range(ends["first"], ends["last"] + 1, EVENTS_AT_ONCE):
        last = min(first + EVENTS_AT_ONCE - 1, ends["last"])
        changed += decide_some_anew(Event.objects.filter(pk__gte=first, pk__lte=last), zone)
        said(last, ends["last"])
    return changed


@transaction.atomic
def decide_some_anew(events: QuerySet[Event], zone: ZoneInfo) -> int:
    day = TruncDate("occurred_at", tzinfo=zone)
    other = events.alias(decided=day).exclude(day=F("decided"))
    concerned = set(
        other.filter(contact__isnull=False).order_by().values_list("contact", flat=True).distinct()
    )
    changed = other.update(day=day)
    touch((), recount=concerned)
    return changed
