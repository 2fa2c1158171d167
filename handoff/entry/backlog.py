"""Who was qualified already when a version went live that hands them over at once.

They are held like those of a version published "from now on", and let go the best first, as long
as sales has room for them and the day's leads are fewer than the version allows. Who qualifies
anew is never kept waiting.
"""

from collections.abc import Collection
from datetime import date, datetime, time

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from handoff.entry.candidates import qualified_now
from handoff.models import Held, Lead
from leadhub.among import Among
from scoring.models import Definition


def waits(live: Definition) -> bool:
    """Whether anyone is left of whom the version hands over at once."""
    return live.handover == Definition.Handover.AT_ONCE and held_under(live).exists()


def best(*, live: Definition, at: datetime, limit: int) -> list[int]:
    """The contacts of the backlog that qualify now, the highest total first."""
    waiting = qualified_now(live=live, day=timezone.localdate(at)).filter(
        contact__in=held_under(live).values("contact")
    )
    return list(
        waiting.order_by("-total", "contact_id").values_list("contact_id", flat=True)[:limit]
    )


def left_of_the_day(live: Definition, *, at: datetime) -> int | None:
    """How many more leads the version allows today; None: any number."""
    if live.handover_a_day is None:
        return None
    return max(0, live.handover_a_day - opened_on(timezone.localdate(at), live))


def let_come(contact_ids: Collection[int]) -> int:
    """Lets these go; how many. For when everyone else has been handed over: who is let go is by
    the next call.
    """
    _, deleted = Held.objects.filter(Among("contact", contact_ids)).delete()
    return sum(deleted.values())


def held_under(live: Definition) -> QuerySet[Held]:
    return Held.objects.filter(definition=live, released_at=None)


def opened_on(day: date, live: Definition) -> int:
    midnight = datetime.combine(day, time.min, settings.ORGANISATION_ZONE)
    by_score = Lead.objects.filter(definition=live, origin=Lead.Origin.SCORE)
    return by_score.filter(handed_over_at__gte=midnight).count()
