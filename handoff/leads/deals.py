"""What people decide about the deal that comes of a lead: promote, win, lose.

Whoever decides keeps the lead first, then the opportunity, then its company.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from handoff.leads.lifecycle import Action, NotPossible, keep_as_seen, move
from handoff.leads.verdicts import IncompleteVerdict, Kind, columns_of_return
from handoff.models import Lead, RejectionReason, Stage, Transition
from leadhub.records.models import Opportunity
from leadhub.records.outcomes import lose_opportunity, open_opportunity, win_opportunity

# Who lost a deal says why with those; the others only say why nobody should have got the lead.
KINDS_OF_LOSS = {Kind.NOT_ICP, Kind.TIMING, Kind.COOL_DOWN, Kind.DISQUALIFY}


@transaction.atomic
def promote(
    *,
    lead: Lead,
    seen: int,
    by,
    at: datetime,
    amount: Decimal | None = None,
    expected_close: date | None = None,
    joining: Opportunity | None = None,
) -> Transition:
    """A real opportunity: a new one, or `joining` one that is open at the same company."""
    keep_as_seen(lead=lead, seen=seen)
    if joining is not None and not may_join(lead, keep_to_oneself(joining)):
        raise NotPossible("This opportunity is not open at the lead's company.")
    kept = {"company_status": status_of_company(lead), "opened": joining is None}
    opportunity = joining or open_opportunity(
        contact=lead.person, amount=amount, expected_close=expected_close, by=by, at=at
    )
    return move(
        lead=lead,
        action=Action.PROMOTE,
        to=Stage.SQL,
        seen=seen,
        by=by,
        at=at,
        opportunity=opportunity,
        kept=kept,
    )


def status_of_company(lead: Lead) -> str:
    """As it stands before the verdict; "" where no company is known."""
    return lead.person.company.status if lead.person.company else ""


def opportunities_to_join(lead: Lead) -> QuerySet[Opportunity]:
    """The open opportunities of the lead's company."""
    company = lead.person.company_id
    opportunities = Opportunity.objects.filter(stage=Opportunity.Stage.OPEN)
    return opportunities.filter(company=company) if company else opportunities.none()


def may_join(lead: Lead, opportunity: Opportunity | None) -> bool:
    return opportunity is not None and opportunities_to_join(lead).contains(opportunity)


def keep_to_oneself(opportunity: Opportunity | None) -> Opportunity | None:
    """The opportunity as it now is; None where it is none any more. Until the end of the
    transaction nobody else joins or closes it: of two who lose its last leads at once, the second
    sees that it was the last.
    """
    if opportunity is None:
        return None
    return Opportunity.objects.select_for_update().filter(pk=opportunity.pk).first()


@transaction.atomic
def win(*, lead: Lead, seen: int, by, at: datetime) -> Transition:
    """The deal is won: the company is a customer."""
    keep_as_seen(lead=lead, seen=seen)
    keep_to_oneself(lead.opportunity)
    kept = {"company_status": status_of_company(lead)}
    transition = move(
        lead=lead, action=Action.WIN, to=Stage.WON, seen=seen, by=by, at=at, kept=kept
    )
    if lead.opportunity:
        win_opportunity(opportunity=lead.opportunity, at=at)
    return transition


@transaction.atomic
def lose(
    *,
    lead: Lead,
    seen: int,
    by,
    at: datetime,
    reason: RejectionReason,
    note: str = "",
    returns_on: date | None = None,
) -> Transition:
    """The deal is lost, once no other lead works on it. Raises IncompleteVerdict."""
    if reason.kind not in KINDS_OF_LOSS:
        raise IncompleteVerdict({"reason": f"“{reason}” does not say why a deal was lost."})
    columns = columns_of_return(lead=lead, reason=reason, note=note, returns_on=returns_on, at=at)
    keep_as_seen(lead=lead, seen=seen)
    keep_to_oneself(lead.opportunity)
    kept = {"company_status": status_of_company(lead)}
    transition = move(
        lead=lead,
        action=Action.LOSE,
        to=Stage.LOST,
        seen=seen,
        by=by,
        at=at,
        reason=reason,
        note=note,
        kept=kept,
        **columns,
    )
    opportunity = lead.opportunity
    if opportunity and not opportunity.leads.filter(stage=Stage.SQL).exists():
        lose_opportunity(opportunity=opportunity, at=at)
    return transition
