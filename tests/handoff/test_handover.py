"""Who is handed over, who is not, and what the lead freezes."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from handoff import handover
from handoff.entry.standing import shortened
from handoff.handover import hand_over
from handoff.leads.lifecycle import lock_without_lead
from handoff.models import Lead, Stage
from handoff.reports.marketing import waiting_for_data
from leadhub.records.models import Company, Contact, Freshness, Opportunity
from leadhub.users.models import Role
from tests.handoff.builders import (
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_lead,
    a_new_version,
    a_pool,
    a_qualified_contact,
    a_rule,
    a_score,
    a_signal,
    a_tally,
    a_team,
    a_user,
    an_accepted_lead,
    the_definition,
)

pytestmark = pytest.mark.django_db


def test_who_qualifies_is_handed_over_once_with_the_score_as_it_stands():
    contact = a_qualified_contact(job_title="VP Sales")
    a_tally(contact, NOW - HOUR, a_signal("Whitepaper downloaded"), count=2)
    assert hand_over(at=NOW) == 1
    assert hand_over(at=NOW) == 0
    lead = Lead.objects.get()
    assert (lead.contact, lead.stage, lead.origin) == (contact, Stage.QUEUED, Lead.Origin.SCORE)
    assert (lead.total, lead.behaviour, lead.fit, lead.grade) == (60, 40, 20, "C")
    assert sum(line["points"] for line in lead.receipt["lines"]) == lead.receipt["total"] == 60
    assert "Webinar booked" in lead.why
    assert lead.why.endswith("= 60")
    assert lead.definition == the_definition()
    assert [(t.from_stage, t.to_stage, t.by) for t in lead.transitions.all()] == [
        ("", "queued", None)
    ]


@pytest.mark.parametrize(
    ("person", "score"),
    [
        ({}, {"qualified": False}),
        ({"stale": True}, {}),
        ({"email": None}, {}),
        ({"do_not_contact": True}, {}),
        ({}, {"approachable": False}),
        ({}, {"changes_on": NOW.date()}),
    ],
    ids=["unqualified", "stale", "unreachable", "do not contact", "opted out", "fades today"],
)
def test_who_is_not_handed_over(person, score):
    a_score(a_contact(**person), **score)
    assert hand_over(at=NOW) == 0


def test_a_long_sentence_keeps_its_weightiest_lines_and_its_sum():
    sentence = " · ".join(f"Signal {number} +10" for number in range(60)) + " = 600"
    kept = shortened(sentence)
    assert len(kept) <= 400
    assert kept.startswith("Signal 0 +10 · Signal 1 +10")
    assert kept.endswith(" +10 · … = 600")


def test_a_telephone_is_a_way_to_be_reached():
    a_score(a_contact(email=None, phone="+49301234567"))
    assert hand_over(at=NOW) == 1


@pytest.mark.parametrize("status", [Company.Status.CUSTOMER, Company.Status.OPPORTUNITY])
def test_customers_and_open_opportunities_never_come_by_score(status):
    a_qualified_contact(company=a_company(status=status))
    assert hand_over(at=NOW) == 0


def test_a_company_with_an_open_opportunity_never_comes_by_score():
    company = a_company(status=Company.Status.PARTNER)
    Opportunity.objects.create(company=company, name="Renewal")
    a_qualified_contact(company=company)
    assert hand_over(at=NOW) == 0


def test_a_contact_that_was_merged_is_not_handed_over():
    root = a_qualified_contact()
    a_qualified_contact(root=root)
    assert hand_over(at=NOW) == 1
    assert Lead.objects.get().contact == root


def test_a_score_under_another_version_hands_nobody_over():
    contact = a_contact()
    a_score(contact)
    a_new_version(at=NOW)
    assert hand_over(at=NOW) == 0


def test_the_owner_of_the_company_gets_the_lead_else_who_works_on_a_colleague():
    owner, rep = a_user("Owner", team=a_team()), a_user("Rep", team=a_team())
    owned, worked = a_company(owner=owner), a_company()
    an_accepted_lead(a_contact(company=worked), by=rep)
    left = a_company(owner=a_user("Gone", team=a_team(), role=Role.REP))
    left.owner.is_active = False
    left.owner.save()
    expected = {
        a_qualified_contact(company=owned).pk: (owner, owner.team),
        a_qualified_contact(company=worked).pk: (rep, rep.team),
        a_qualified_contact(company=left).pk: (None, None),
        a_qualified_contact().pk: (None, None),
    }
    assert hand_over(at=NOW) == 4
    leads = Lead.objects.filter(stage=Stage.QUEUED)
    assert {lead.contact_id: (lead.owner, lead.team) for lead in leads} == expected


def test_as_many_queries_for_many_leads_as_for_few():
    def queries(number):
        rep, company = a_user(team=a_team()), a_company()
        company.owner = rep
        company.save()
        for _ in range(number):
            a_qualified_contact(company=company)
            a_tally(a_contact(), NOW - HOUR, a_signal("Demo requested"))
            Contact.objects.filter(pk=a_lead(total=1).contact_id).update(do_not_contact=True)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert hand_over(at=NOW) == 3 * number
        return len(captured)

    queries(1)
    assert queries(2) == queries(20)


def test_more_than_are_opened_together_come_the_best_first_and_in_turn(monkeypatch):
    monkeypatch.setattr(handover, "RECKONED_TOGETHER", 3)
    monkeypatch.setattr(handover, "OPENED_TOGETHER", 2)
    first, second = a_user(team=a_team()), a_user(team=a_team())
    a_rule(a_pool(first, second))
    worst_to_best = [a_contact() for _ in range(5)]
    for fit, person in enumerate(worst_to_best, start=21):
        a_score(person, fit=fit)
        a_tally(person, NOW - HOUR)
    assert [hand_over(at=NOW) for _ in range(3)] == [3, 2, 0]
    opened = Lead.objects.order_by("pk").select_related("contact", "owner")
    assert [lead.contact for lead in opened] == worst_to_best[::-1]
    assert [lead.owner for lead in opened] == [first, second, first, second, first]


def test_who_was_deleted_meanwhile_gets_no_lead_and_keeps_nobody_from_theirs():
    gone, there = a_contact(), a_contact()
    asked = [gone.pk, there.pk]
    gone.delete()
    with transaction.atomic():
        assert lock_without_lead(asked) == [there.pk]


@pytest.mark.parametrize(
    ("person", "score", "waits"),
    [
        ({}, {"fit": 10, "fit_possible": 30, "behaviour": 45, "qualified": False}, True),
        ({}, {"fit": 10, "fit_possible": 19, "behaviour": 60, "qualified": False}, False),
        ({}, {"fit": 10, "fit_possible": 30, "behaviour": 20, "qualified": False}, False),
        ({}, {"fit": 10, "fit_possible": 30, "behaviour": 29, "qualified": False}, False),
        ({"email": None}, {}, True),
        ({}, {}, False),
    ],
)
def test_who_waits_for_data_before_handoff(person, score, waits):
    contact = a_contact(**person)
    a_score(contact, **score)
    assert [score.contact for score in waiting_for_data(the_definition())] == (
        [contact] if waits else []
    )


def test_freshness_is_what_the_next_sweep_waits_for():
    contact = a_contact(stale=True)
    a_score(contact)
    assert hand_over(at=NOW) == 0
    Freshness.objects.filter(contact=contact).update(scored_revision=2)
    assert hand_over(at=NOW) == 1
