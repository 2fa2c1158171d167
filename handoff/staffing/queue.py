"""The leads that wait in the queue for somebody, and routing them anew at once."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from handoff.models import Assignment, Lead, Stage
from handoff.routing.assigning import Routed, route
from handoff.routing.rerouting import BEST_FIRST

AT_ONCE = 500


@dataclass(frozen=True)
class Results:
    """What became of each lead, those that found somebody first."""

    routed: tuple[Routed, ...]

    @property
    def given(self) -> list[Routed]:
        return [one for one in self.routed if one.decision.to is not None]

    @property
    def waiting(self) -> list[Routed]:
        return [one for one in self.routed if one.decision.to is None]

    def __iter__(self):
        return iter((*self.given, *self.waiting))

    def __len__(self):
        return len(self.routed)


def waiting_leads() -> QuerySet[Lead]:
    """Nobody's leads in any queue, in the order in which they are routed; `why_it_waits` is
    what routing said of each last.
    """
    said = Assignment.objects.filter(lead=OuterRef("pk")).order_by("-at", "-pk")
    leads = Lead.objects.filter(stage=Stage.QUEUED, owner=None)
    return (
        leads.annotate(why_it_waits=Subquery(said.values("why")[:1]))
        .select_related("contact__company", "contact__root__company", "team")
        .order_by(*BEST_FIRST)
    )


def route_the_queue(*, at: datetime) -> Results:
    """Routes at most `AT_ONCE` of them by the rules as they are now; first those that wait for no
    pool, since the others are tried whenever somebody of theirs has room.
    """
    waiting = waiting_leads().alias(has_a_pool=Q(pool__isnull=False))
    found = waiting.order_by("has_a_pool", *BEST_FIRST).values_list("pk", flat=True)[:AT_ONCE]
    return Results(tuple(route(list(found), at=at)))
