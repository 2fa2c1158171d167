"""What must hold after whatever anybody did."""

import itertools

from django.db.models import Count

from handoff.models import OPEN_STAGES, REFUSED, Lead, Stage, Transition
from leadhub.records.models import Company, Opportunity, Outcome


def holds(contact):
    """What must always be true, of all that was logged."""
    assert contact.leads.filter(stage__in=OPEN_STAGES).count() <= 1
    for lead in contact.leads.all():
        log = list(lead.transitions.order_by("version"))
        assert [transition.version for transition in log] == list(range(1, lead.version + 1))
        assert log[0].from_stage == ""
        for before, after in itertools.pairwise(log):
            assert after.from_stage == before.to_stage
        assert log[-1].to_stage == lead.stage
        assert kept_of(lead) == verdicts_of(log)
    doubled = Outcome.objects.values("transition").annotate(n=Count("pk")).filter(n__gt=1)
    assert not doubled.exists()
    won = contact.leads.filter(stage=Stage.WON).exists()
    assert not won or Company.objects.get(pk=contact.company_id).status == "customer"


def kept_of(lead: Lead) -> tuple:
    return lead.first_verdict_at, lead.accepted_at, lead.judged_by_id


def verdicts_of(log: list[Transition]) -> tuple:
    """What the log says of the verdicts that stand: when the first was given, when the lead was
    first accepted, and who gave the latest.
    """
    given = [
        transition
        for transition in log
        if transition.undone_at is None
        and transition.undoes_id is None
        and transition.to_stage in (Stage.ACCEPTED, *REFUSED)
        and transition.from_stage != transition.to_stage
    ]
    accepted = [transition.at for transition in given if transition.to_stage == Stage.ACCEPTED]
    first, last = (given[0].at, given[-1].by_id) if given else (None, None)
    return first, min(accepted, default=None), last


def deals_hold(company: Company) -> None:
    """Leads, deals and the company say the same."""
    company.refresh_from_db()
    deals = Opportunity.objects.filter(company=company)
    for deal in deals:
        stages = set(deal.leads.values_list("stage", flat=True))
        assert stages, "no deal without a lead"
        assert deal.stage == stage_of_deal(stages), (deal.stage, stages)
    worked = Lead.objects.filter(contact__company=company, stage=Stage.SQL)
    assert not worked.exclude(opportunity__in=deals.filter(stage="open")).exists()
    if deals.filter(stage="won").exists():
        assert company.status == Company.Status.CUSTOMER
    elif deals.filter(stage="open").exists():
        assert company.status == Company.Status.OPPORTUNITY
    else:
        assert company.status == Company.Status.PROSPECT


def stage_of_deal(stages: set[str]) -> str:
    if Stage.WON in stages:
        return "won"
    return "open" if Stage.SQL in stages else "lost"
