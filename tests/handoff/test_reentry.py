"""Who comes to sales again, and who comes by asking."""

import pytest

from handoff.handover import hand_over
from handoff.leads.deals import win
from handoff.leads.verdicts import reject, release
from handoff.models import Lead, RejectionReason, Stage
from leadhub.records.models import Company, Contact
from leadhub.users.models import Role
from scoring.models import ContactScore, Tally
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_qualified_contact,
    a_reason,
    a_score,
    a_signal,
    a_tally,
    a_team,
    a_user,
    an_accepted_lead,
    an_sql,
)

pytestmark = pytest.mark.django_db
Kind = RejectionReason.Kind


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
