"""What follows when a promise is broken: managers are to know, and the lead goes to another rep
where the service level says so. Found in the state; doing it twice is harmless.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F

from handoff.leads.lifecycle import Action, move_all
from handoff.models import OPEN_STAGES, Assignment, Escalation, Lead, Stage
from handoff.sla.business_time import Stretch, business_time
from handoff.sla.calendars import calendars_of
from handoff.sla.clocks import Clocks, clocks_of

MINUTE = timedelta(minutes=1)
AT_ONCE = 1_000
# What has been overdue for longer was acted on long ago, or never will be.
WATCHED_FOR = timedelta(days=90)


def act_on_overdue(*, at: datetime) -> int:
    """Escalates and takes away what is overdue; how many leads it took from their reps."""
    taken = 0
    for leads in open_leads(at=at):
        clocks = clocks_of(leads, at=at)
        Escalation.objects.bulk_create(
            escalations(clocks, at=at), ignore_conflicts=True, batch_size=AT_ONCE
        )
        taken += take_away(left_too_long(leads, clocks, at=at), at=at)
    return taken


def open_leads(*, at: datetime) -> Iterator[list[Lead]]:
    """All that clocks run on, a part at a time."""
    last = 0
    watched = Lead.objects.filter(stage__in=OPEN_STAGES, handed_over_at__gt=at - WATCHED_FOR)
    while leads := list(
        watched.filter(pk__gt=last).select_related("contact").order_by("pk")[:AT_ONCE]
    ):
        yield leads
        last = leads[-1].pk


def escalations(clocks: dict[int, Clocks], *, at: datetime) -> Iterator[Escalation]:
    for lead_id, of_lead in clocks.items():
        if not of_lead.is_escalated:
            continue
        named = ((Escalation.Clock.RESPONSE, of_lead.response),
                 (Escalation.Clock.VERDICT, of_lead.verdict))  # fmt: skip
        for name, clock in named:
            if clock and clock.is_overdue:
                yield Escalation(lead_id=lead_id, clock=name, due_at=clock.due_at, at=at)


def left_too_long(leads: list[Lead], clocks: dict[int, Clocks], *, at: datetime) -> list[int]:
    """Unjudged leads whose response is overdue for as long as the level allows. Whoever got one
    when it was overdue already has the same time.
    """
    overdue = [
        lead
        for lead in leads
        if lead.stage == Stage.QUEUED and lead.owner_id and may_be_taken(clocks[lead.pk])
    ]
    if not overdue:
        return []
    since = dict(
        Assignment.objects.filter(lead__in=overdue, to=F("lead__owner"))
        .order_by("at", "pk")
        .values_list("lead", "at")
    )
    calendars = calendars_of({lead.owner_id for lead in overdue})
    found = []
    for lead in overdue:
        of_lead = clocks[lead.pk]
        start = max(of_lead.response.due_at, since.get(lead.pk, lead.handed_over_at))
        waited = business_time([Stretch(start, None, calendars.of(lead.owner_id))], at)
        if waited >= of_lead.level.reassign_after_minutes * MINUTE:
            found.append(lead.pk)
    return found


def may_be_taken(clocks: Clocks) -> bool:
    response = clocks.response
    return bool(
        response and response.is_overdue and clocks.level.reassign_after_minutes is not None
    )


def take_away(lead_ids: list[int], *, at: datetime) -> int:
    """Back to the queue, from where the sweep routes them to somebody else."""
    if not lead_ids:
        return 0
    return move_all(
        leads=Lead.objects.filter(pk__in=lead_ids, stage=Stage.QUEUED, owner__isnull=False),
        action=Action.GIVE_BACK,
        to=Stage.QUEUED,
        at=at,
        limit=len(lead_ids),
        columns=lambda lead: {"owner": None, "pool": None},
        note=lambda lead: "Nobody had tried to reach the person in time",
    )
