"""Who is handed over, who is not, and what the lead freezes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handoff.handover import hand_over
from handoff.models import Held, Lead, RejectionReason, Stage
from handoff.reports.marketing import waiting_for_data
from handoff.standing import shortened
from handoff.verdicts import reject, release, win
from leadhub.records.models import Company, Contact, Freshness, Opportunity
from leadhub.users.models import Role
from scoring.models import ContactScore, Definition, Tally
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_lead,
    a_new_version,
    a_qualified_contact,
    a_reason,
    a_score,
    a_signal,
    a_tally,
    a_team,
    a_user,
    an_accepted_lead,
    an_sql,
    the_definition,
)

pytestmark = pytest.mark.django_db
Kind = RejectionReason.Kind


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


# --- re-entry -------------------------------------------------------------------------------


def a_rejected_lead(kind=Kind.COOL_DOWN, *, contact=None, at=NOW, reason=None, **given) -> Lead:
    contact = contact or a_qualified_contact()
    hand_over(at=at)
    lead = Lead.objects.get(contact=contact, stage=Stage.QUEUED)
    rep = a_user()
    reject(
        lead=lead, seen=lead.version, by=rep, at=at + HOUR, reason=reason or a_reason(kind), **given
    )
    return lead


def signal_again(lead: Lead, at, name="Webinar booked") -> None:
    Tally.objects.filter(contact=lead.contact, day=at.date()).delete()
    a_tally(lead.contact, at, a_signal(name))


def test_a_rejected_lead_returns_after_its_cool_down_on_a_new_signal():
    lead = a_rejected_lead(Kind.COOL_DOWN)
    assert hand_over(at=NOW + 60 * DAY) == 0, "nothing happened since"
    signal_again(lead, NOW + 5 * DAY)
    assert hand_over(at=NOW + 29 * DAY) == 0, "the cool-down lasts 30 days"
    assert hand_over(at=NOW + 30 * DAY) == 1
    again = Lead.objects.get(stage=Stage.QUEUED)
    assert (again.contact, again.previous) == (lead.contact, lead)


def test_backfilled_history_revives_nobody():
    lead = a_rejected_lead(Kind.COOL_DOWN)
    for days in range(1, 20):
        a_tally(lead.contact, NOW - days * DAY, a_signal("Whitepaper downloaded"))
    a_tally(lead.contact, NOW - 2 * DAY, a_signal("Demo requested"))
    assert hand_over(at=NOW + 90 * DAY) == 0


@pytest.mark.parametrize("name", ["E-mail link clicked", "Careers page visited"])
def test_only_a_medium_or_high_signal_brings_anyone_back(name):
    lead = a_rejected_lead(Kind.COOL_DOWN)
    signal_again(lead, NOW + 5 * DAY, name)
    assert hand_over(at=NOW + 40 * DAY) == 0


def test_bad_timing_returns_on_the_day_that_the_rep_gave():
    lead = a_rejected_lead(Kind.TIMING, returns_on=(NOW + 100 * DAY).date())
    signal_again(lead, NOW + 5 * DAY)
    assert hand_over(at=NOW + 99 * DAY) == 0
    assert hand_over(at=NOW + 100 * DAY) == 1


def test_not_our_icp_returns_only_when_the_fit_has_risen():
    lead = a_rejected_lead(Kind.NOT_ICP)
    Lead.objects.update(fit=23)
    signal_again(lead, NOW + 5 * DAY)
    assert hand_over(at=NOW + 300 * DAY) == 0
    ContactScore.objects.update(fit=24, total=64)
    assert hand_over(at=NOW + 300 * DAY) == 1


@pytest.mark.parametrize("kind", [Kind.DISQUALIFY, Kind.DUPLICATE])
def test_the_disqualified_return_only_when_released(kind):
    lead = a_rejected_lead(kind)
    signal_again(lead, NOW + 5 * DAY)
    assert hand_over(at=NOW + 300 * DAY) == 0
    released = NOW + 6 * DAY
    release(lead=lead, seen=lead.version, by=a_user(role=Role.MARKETER), at=released)
    assert hand_over(at=NOW + 300 * DAY) == 1


def test_who_waits_for_data_returns_only_when_corrected():
    lead = a_rejected_lead(Kind.BAD_DATA, note="Wrong number")
    signal_again(lead, NOW + 5 * DAY)
    assert hand_over(at=NOW + 300 * DAY) == 0


def test_wrong_territory_stays_open_for_everyone():
    lead = a_rejected_lead(Kind.REQUEUE)
    assert (lead.stage, lead.team, lead.owner) == (Stage.QUEUED, None, None)
    assert hand_over(at=NOW + DAY) == 0


def test_the_third_recycle_needs_a_release():
    contact, at = a_qualified_contact(), NOW
    for _ in range(3):
        lead = a_rejected_lead(Kind.COOL_DOWN, contact=contact, at=at)
        signal_again(lead, at + 5 * DAY)
        at += 40 * DAY
    assert hand_over(at=at) == 0
    release(lead=lead, seen=lead.version, by=a_user(role=Role.MARKETER), at=at)
    assert hand_over(at=at) == 1


def test_who_was_won_never_comes_again():
    rep = a_user()
    contact = a_qualified_contact()
    win(lead=an_sql(contact, by=rep), seen=3, by=rep, at=NOW + DAY)
    a_tally(contact, NOW + 5 * DAY)
    assert hand_over(at=NOW + 300 * DAY) == 0


def test_leads_and_signals_of_merged_contacts_are_the_persons():
    merged = a_rejected_lead(Kind.COOL_DOWN).contact
    survivor = a_qualified_contact()
    Contact.objects.filter(pk=merged.pk).update(root=survivor)
    assert hand_over(at=NOW + 60 * DAY) == 0, "the person was rejected"
    a_tally(merged, NOW + 5 * DAY)
    assert hand_over(at=NOW + 60 * DAY) == 1
    assert Lead.objects.get(stage=Stage.QUEUED).contact == survivor


# --- hand-raises ----------------------------------------------------------------------------


def test_a_hand_raise_opens_a_lead_whatever_the_score():
    contact = a_contact(email=None)
    a_score(contact, behaviour=0, fit=-10, qualified=False)
    a_tally(contact, NOW - HOUR, a_signal("Demo requested"))
    assert hand_over(at=NOW) == 1
    assert hand_over(at=NOW) == 0
    lead = Lead.objects.get()
    assert (lead.origin, lead.hand_raise, lead.hand_raised_at) == (
        Lead.Origin.HAND_RAISE,
        "Demo requested",
        NOW - HOUR,
    )


def test_a_hand_raise_needs_no_cool_down_and_a_verdict_answers_it():
    lead = a_rejected_lead(Kind.DISQUALIFY)
    a_tally(lead.contact, NOW + 2 * HOUR, a_signal("Sales contacted"))
    assert hand_over(at=NOW + 3 * HOUR) == 1
    again = Lead.objects.get(stage=Stage.QUEUED)
    assert again.previous == lead
    reject(lead=again, seen=1, by=a_user(), at=NOW + 4 * HOUR, reason=a_reason())
    assert hand_over(at=NOW + 5 * HOUR) == 0


def test_a_hand_raise_raises_the_open_lead():
    lead = an_accepted_lead(a_qualified_contact(), by=a_user())
    a_tally(lead.contact, NOW + 2 * HOUR, a_signal("Demo requested"))
    assert hand_over(at=NOW + 3 * HOUR) == 1
    assert hand_over(at=NOW + 3 * HOUR) == 0
    lead.refresh_from_db()
    assert (lead.stage, lead.version, lead.hand_raised_at) == (
        Stage.ACCEPTED,
        3,
        NOW + 2 * HOUR,
    )
    assert lead.transitions.last().sentence == "LeadHub noted: Hand raised: Demo requested."


def test_a_customer_who_asks_for_sales_is_heard_by_the_owner():
    owner = a_user(team=a_team())
    company = a_company(status=Company.Status.CUSTOMER, owner=owner)
    a_tally(a_contact(company=company), NOW - HOUR, a_signal("Sales contacted"))
    assert hand_over(at=NOW) == 1
    assert Lead.objects.get().owner == owner


@pytest.mark.parametrize(
    ("person", "score"),
    [({"do_not_contact": True}, {}), ({}, {"disqualified_by": "Own staff", "qualified": False})],
)
def test_what_stops_a_hand_raise(person, score):
    contact = a_contact(**person)
    a_score(contact, **score)
    a_tally(contact, NOW - HOUR, a_signal("Demo requested"))
    assert hand_over(at=NOW) == 0


def test_a_student_who_asks_for_sales_is_heard():
    contact = a_contact()
    a_score(contact, disqualified_by="Student", qualified=False)
    a_tally(contact, NOW - HOUR, a_signal("Demo requested"))
    assert hand_over(at=NOW) == 1
    assert hand_over(at=NOW) == 0, "and is not withdrawn for being one"


def test_an_imported_hand_raise_of_last_year_is_history():
    a_tally(a_contact(), NOW - 300 * DAY, a_signal("Demo requested"))
    assert hand_over(at=NOW) == 0


# --- held, withdrawn, expired, merged -------------------------------------------------------


def test_from_now_on_holds_who_was_qualified_already():
    contact = a_qualified_contact()
    live = a_new_version(at=NOW)
    a_score(contact, definition=live, scored_at=NOW - HOUR)
    newly = a_contact()
    a_score(newly, definition=live, scored_at=NOW + HOUR)
    assert hand_over(at=NOW + 2 * HOUR) == 1
    assert Lead.objects.get().contact == newly
    assert Held.objects.get().contact == contact
    a_tally(contact, NOW + 3 * HOUR, a_signal("Pricing page visited"))
    assert hand_over(at=NOW + 4 * HOUR) == 1
    assert not Held.objects.exists()


def test_at_once_holds_nobody():
    contact = a_qualified_contact()
    live = a_new_version(at=NOW, handover=Definition.Handover.AT_ONCE)
    a_score(contact, definition=live, scored_at=NOW - HOUR)
    assert hand_over(at=NOW) == 1


@pytest.mark.parametrize(
    ("raised", "by", "stage"),
    [
        (None, "Competitor", Stage.WITHDRAWN),
        (NOW, "Competitor", Stage.QUEUED),
        (NOW, "Own staff", Stage.WITHDRAWN),
        (None, "", Stage.QUEUED),
    ],
)
def test_a_disqualifier_withdraws_what_is_queued(raised, by, stage):
    lead = a_lead(hand_raised_at=raised)
    a_score(lead.contact, disqualified_by=by, qualified=False)
    hand_over(at=NOW + HOUR)
    lead.refresh_from_db()
    assert lead.stage == stage
    if stage == Stage.WITHDRAWN:
        assert lead.transitions.last().note == by


def test_a_disqualifier_leaves_what_sales_accepted():
    lead = an_accepted_lead(by=a_user())
    a_score(lead.contact, disqualified_by="Competitor", qualified=False)
    assert hand_over(at=NOW + DAY) == 0


def test_a_queued_lead_whose_score_fell_stays():
    lead = a_lead()
    a_score(lead.contact, behaviour=18, qualified=False)
    assert hand_over(at=NOW + DAY) == 0


def test_what_nobody_judges_for_ten_business_days_expires():
    lead = a_lead(at=NOW)
    two_weeks = timedelta(days=14)
    assert hand_over(at=NOW + two_weeks - HOUR) == 0
    assert hand_over(at=NOW + two_weeks) == 1
    lead.refresh_from_db()
    assert lead.stage == Stage.EXPIRED


def test_of_two_open_leads_of_one_person_the_furthest_stays():
    queued, accepted = a_lead(), an_accepted_lead(by=a_user())
    Contact.objects.filter(pk=accepted.contact_id).update(root=queued.contact)
    a_score(queued.contact)
    assert hand_over(at=NOW + DAY) == 1
    queued.refresh_from_db()
    accepted.refresh_from_db()
    assert (queued.stage, accepted.stage) == (Stage.MERGED, Stage.ACCEPTED)
    assert hand_over(at=NOW + DAY) == 0, "the person has an open lead"


# --- waiting for data -----------------------------------------------------------------------


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
