"""Who was qualified already when a version went live that hands over at once, so many a day.

They are held like those of a version published "from now on", and let go the best first, as long
as the day's leads are fewer than the version allows. Who qualifies anew is never kept waiting.
"""

from datetime import datetime, time

from django.conf import settings
from django.utils import timezone

from handoff.entry.candidates import qualified_now
from handoff.models import Held, Lead
from scoring.models import Definition


def is_drawn_out(live: Definition) -> bool:
    """Whether those qualified already come so many a day."""
    return live.handover == Definition.Handover.AT_ONCE and live.handover_a_day is not None


def let_the_best_come(*, live: Definition, at: datetime, limit: int) -> int:
    """Lets as many of the backlog go as the day has room for; how many.

    For when everyone else has been handed over: who is let go is by the next call.
    """
    if not is_drawn_out(live):
        return 0
    day = timezone.localdate(at)
    midnight = datetime.combine(day, time.min, settings.ORGANISATION_ZONE)
    opened = Lead.objects.filter(
        definition=live, origin=Lead.Origin.SCORE, handed_over_at__gte=midnight
    )
    room = min(live.handover_a_day - opened.count(), limit)
    if room <= 0:
        return 0
    held = Held.objects.filter(definition=live, released_at=None).values("contact")
    waiting = qualified_now(live=live, day=day).filter(contact__in=held)
    best = waiting.order_by("-total", "contact_id").values_list("contact_id", flat=True)[:room]
    _, deleted = Held.objects.filter(contact__in=list(best)).delete()
    return sum(deleted.values())
