"""Gives leads to whom `deciding` names, and logs it (see `Assignment`)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from handoff.leads import lifecycle
from handoff.models import OPEN_STAGES, Assignment, Lead, Stage
from handoff.routing import returning
from handoff.routing.deciding import Assigned, Case, Decision, decide
from leadhub.adding import add_rows


def log(decisions: Mapping[int, Decision], *, at: datetime) -> None:
    """Logs to whom new leads came. `decisions` is lead → decision."""
    write([decision.assigned(lead_id, at=at) for lead_id, decision in decisions.items()])


def write(rows: Sequence[Assigned]) -> None:
    add_rows(Assignment, Assigned._fields, rows)


class Routed(NamedTuple):
    """What was decided on a lead; whether it changed hands, or got to wait in another queue."""

    lead: Lead
    decision: Decision
    changed: bool


def assign(lead_ids: Iterable[int], *, at: datetime) -> int:
    """Routes the leads; how many of them changed."""
    return sum(routed.changed for routed in route(lead_ids, at=at))


@transaction.atomic
def route(lead_ids: Iterable[int], *, at: datetime) -> list[Routed]:
    """Routes the open leads among these that have no owner, or one who has left, in the order
    given.
    """
    lead_ids = list(lead_ids)
    locked = {lead.pk: lead for lead in lock_without_owner(lead_ids)}
    leads = [locked[lead_id] for lead_id in lead_ids if lead_id in locked]
    persons = {lead.pk: lead.person for lead in leads}
    barred = returning.barred(persons)
    for lead_id, user in last_owners(persons).items():
        barred.setdefault(lead_id, set()).add(user)
    cases = [
        Case(
            person_id=persons[lead.pk].pk,
            company_id=persons[lead.pk].company_id,
            is_raised=lead.hand_raised_at is not None,
            barred=frozenset(barred.get(lead.pk, ())),
        )
        for lead in leads
    ]
    decisions = dict(zip(leads, decide(cases, at=at), strict=True))
    changed = give(decisions, at=at)
    return [Routed(lead, decision, lead.pk in changed) for lead, decision in decisions.items()]


def lock_without_owner(lead_ids: Iterable[int]) -> list[Lead]:
    """Those of the leads that wait for an owner, or whose owner has left, in order."""
    waiting = Q(stage=Stage.QUEUED, owner=None) | Q(stage__in=OPEN_STAGES, owner__is_active=False)
    leads = Lead.objects.filter(waiting, pk__in=lead_ids).select_related("contact__root")
    return list(leads.select_for_update(of=("self",)).order_by("pk"))


def give(decisions: Mapping[Lead, Decision], *, at: datetime) -> set[int]:
    """Hands the leads over as decided; which of them changed. One that goes on waiting as before is
    left alone, unless it was given back: then it is noted that it waits.
    """
    returned = set(given_back(decisions, at=at))
    changed = {
        lead.pk: decision
        for lead, decision in decisions.items()
        if (decision.to is not None if lead.stage != Stage.QUEUED else changes(lead, decision))
    }
    lifecycle.move_all(
        leads=Lead.objects.filter(pk__in=changed),
        action=lifecycle.Action.ROUTE,
        at=at,
        limit=len(changed),
        columns=lambda lead: changed[lead.pk].columns,
        note=lambda lead: changed[lead.pk].why,
    )
    write(
        [
            decision.assigned(lead.pk, at=at)
            for lead, decision in decisions.items()
            if lead.pk in changed or lead.pk in returned
        ]
    )
    return set(changed)


def changes(lead: Lead, decision: Decision) -> bool:
    now = (lead.owner_id, lead.team_id, lead.pool_id)
    return now != tuple(decision.columns.values())


def given_back(leads: Iterable[Lead], *, at: datetime) -> list[int]:
    """Those of the leads that nobody routed since they were given back."""
    later = Assignment.objects.filter(lead=OuterRef("lead"), pk__gt=OuterRef("pk"))
    rows = Assignment.objects.filter(
        ~Exists(later), lead__in=list(leads), at__lte=at, reason=Assignment.Reason.GIVEN_BACK
    )
    return list(rows.order_by().values_list("lead", flat=True))


def last_owners(lead_ids: Collection[int]) -> dict[int, int]:
    """Of leads that were given back: who had them last."""
    rows = Assignment.objects.filter(lead__in=lead_ids, to__isnull=False).order_by("at", "pk")
    return dict(rows.values_list("lead", "to"))
