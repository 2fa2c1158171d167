"""What must hold after whatever anybody did."""

import itertools

from django.db.models import Count

from handoff.models import OPEN_STAGES, Lead, Stage
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
    doubled = Outcome.objects.values("transition").annotate(n=Count("pk")).filter(n__gt=1)
    assert not doubled.exists()
    won = contact.leads.filter(stage=Stage.WON).exists()
    assert not won or Company.objects.get(pk=contact.company_id).status == "customer"


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
