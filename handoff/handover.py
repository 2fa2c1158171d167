"""Handing people over to sales: the only place that opens leads by itself.

State-based: whoever is to be handed over now is handed over, whichever sweep notices. Set-based:
the number of queries does not depend on the number of leads.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from handoff import upkeep
from handoff.entry import hand_raises, previous_leads, to_hand_over
from handoff.lifecycle import Action, move_all, open_leads
from handoff.models import OPEN_STAGES, Held, Lead, Stage
from handoff.standing import standing_of
from leadhub.records.family import family_of
from leadhub.records.models import Company, Contact
from leadhub.users.models import User
from scoring.models import Tally
from scoring.versions import live_definition


def hand_over(*, at: datetime, limit: int = 1000) -> int:
    """Brings sales' queue up to date; how many leads it opened or changed (0: nothing is left).

    Each kind of change takes at most `limit` leads a call.
    """
    live = live_definition()
    if live is None:
        return 0
    upkeep.hold_who_was_qualified_already(live=live, at=at)
    changed = upkeep.merge(at=at, limit=limit)
    changed += upkeep.withdraw(live=live, at=at, limit=limit)
    changed += upkeep.expire(at=at, limit=limit)
    changed += answer_hand_raises(live=live, at=at, limit=limit)
    return changed + hand_over_by_score(live=live, at=at, limit=limit)


def hand_over_by_score(*, live, at: datetime, limit: int) -> int:
    """Opens a lead for whom the score hands over, the best first."""
    scores = to_hand_over(live=live, day=timezone.localdate(at)).order_by("-total", "contact_id")
    contact_ids = list(scores.values_list("contact_id", flat=True)[:limit])
    return len(
        open_for(contact_ids, at=at, columns={i: {} for i in contact_ids}, origin=Lead.Origin.SCORE)
    )


def answer_hand_raises(*, live, at: datetime, limit: int) -> int:
    """Raises the open lead of whom asks for sales; opens one for who has none."""
    asked: dict[int, Tally] = {}
    for tally in hand_raises(live=live, at=at)[:limit]:
        asked[tally.person] = tally
    if not asked:
        return 0
    raised = {
        person: {"hand_raised_at": tally.last_at, "hand_raise": tally.signal.name}
        for person, tally in asked.items()
    }
    opened_before = Lead.objects.filter(
        contact__in=family_of(asked), stage__in=OPEN_STAGES
    ).select_related("contact")
    open_already = {lead.person_id for lead in opened_before}
    count = move_all(
        leads=opened_before,
        action=Action.RAISE,
        at=at,
        limit=limit,
        columns=lambda lead: raised[lead.person_id],
        note=lambda lead: f"Hand raised: {lead.hand_raise}",
    )
    new = {person: columns for person, columns in raised.items() if person not in open_already}
    return count + len(open_for(new, at=at, columns=new, origin=Lead.Origin.HAND_RAISE))


def open_for(
    contact_ids: Iterable[int], *, at: datetime, columns: dict[int, dict], origin: Lead.Origin
) -> list[Lead]:
    """Opens a lead for each contact: what the score says is frozen, and whose it is decided."""
    contact_ids = list(contact_ids)
    if not contact_ids:
        return []
    standing = standing_of(contact_ids, at=at)
    owners = owners_of(contact_ids)
    previous = previous_leads(contact_ids)
    opened = open_leads(
        [
            Lead(
                contact_id=contact_id,
                stage=Stage.QUEUED,
                origin=origin,
                owner=owners.get(contact_id),
                team_id=owners[contact_id].team_id if contact_id in owners else None,
                previous=previous.get(contact_id),
                handed_over_at=at,
                stage_since=at,
                **standing.get(contact_id, {}),
                **columns[contact_id],
            )
            for contact_id in contact_ids
        ]
    )
    Held.objects.filter(contact__in=[lead.contact_id for lead in opened]).delete()
    return opened


def owners_of(contact_ids: list[int]) -> dict[int, User]:
    """Whose the contacts are: the company's owner, else who works on a colleague already."""
    company_of = dict(
        Contact.objects.filter(pk__in=contact_ids, company__isnull=False).values_list(
            "pk", "company_id"
        )
    )
    companies = set(company_of.values())
    by_company = {}
    colleagues = Lead.objects.filter(
        contact__company__in=companies, stage__in=OPEN_STAGES, owner__is_active=True
    )
    for lead in colleagues.select_related("owner", "contact").order_by("handed_over_at"):
        by_company[lead.contact.company_id] = lead.owner
    owned = Company.objects.filter(pk__in=companies, owner__is_active=True)
    by_company |= {company.pk: company.owner for company in owned.select_related("owner")}
    return {
        contact_id: by_company[company]
        for contact_id, company in company_of.items()
        if company in by_company
    }
