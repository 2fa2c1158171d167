"""The transition table, each pair of it, and what a verdict writes."""

from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from handoff.leads import deals, verdicts
from handoff.leads.lifecycle import Action, NotPossible, StaleDecision, move
from handoff.leads.ways import TRANSITIONS
from handoff.models import OPEN_STAGES, Lead, RejectionReason, Stage, Transition
from handoff.starter import install
from leadhub.records.models import Company, Opportunity, Outcome
from tests.handoff.always_true import kept_of
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_lead,
    a_reason,
    a_team,
    a_user,
    an_accepted_lead,
    an_sql,
)

pytestmark = pytest.mark.django_db
Kind = RejectionReason.Kind


def lead_at(stage: Stage, by) -> Lead:
    """What was merged had been accepted: it may part again."""
    accepted = {"first_verdict_at": NOW, "accepted_at": NOW} if stage == Stage.MERGED else {}
    return a_lead(stage=stage, owner=by, **accepted)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("action", Action)
def test_only_the_ways_of_the_table_can_be_gone(stage, action):
    rep = a_user()
    for to in Stage:
        lead = lead_at(stage, rep)
        if to in TRANSITIONS[stage].get(action, ()):
            move(lead=lead, action=action, to=to, seen=1, by=rep, at=NOW + HOUR)
            assert (lead.stage, lead.version) == (to, 2)
            log = lead.transitions.values_list("version", "from_stage", "to_stage", "by", "at")
            assert list(log)[1:] == [(2, stage, to, rep.pk, NOW + HOUR)]
        else:
            with pytest.raises(NotPossible):
                move(lead=lead, action=action, to=to, seen=1, by=rep, at=NOW + HOUR)
            assert lead.transitions.count() == 1


def test_the_whole_way_from_queue_to_customer():
    rep = a_user(team=a_team())
    company = a_company()
    lead = a_lead(a_contact(company=company))
    verdicts.accept(lead=lead, seen=1, by=rep, at=NOW + HOUR)
    assert (lead.owner, lead.team) == (rep, rep.team)
    deals.promote(
        lead=lead,
        seen=2,
        by=rep,
        at=NOW + DAY,
        amount=Decimal(12000),
        expected_close=date(2026, 6, 1),
    )
    company.refresh_from_db()
    assert company.status == Company.Status.OPPORTUNITY
    deals.win(lead=lead, seen=3, by=rep, at=NOW + 2 * DAY)
    company.refresh_from_db()
    opportunity = Opportunity.objects.get()
    assert company.status == Company.Status.CUSTOMER
    assert (opportunity.stage, opportunity.amount, opportunity.closed_at) == (
        Opportunity.Stage.WON,
        Decimal(12000),
        NOW + 2 * DAY,
    )
    outcomes = Outcome.objects.order_by("at").values_list("kind", "transition", "opportunity")
    made = lead.transitions.order_by("version").values_list("pk", flat=True)[1:]
    assert list(outcomes) == [
        ("accepted", made[0], None),
        ("sql", made[1], opportunity.pk),
        ("won", made[2], opportunity.pk),
    ]


@pytest.mark.parametrize(
    ("kind", "stage", "returns_on", "outcomes"),
    [
        (Kind.NOT_ICP, Stage.RECYCLED, None, 1),
        (Kind.TIMING, Stage.RECYCLED, date(2026, 5, 1), 1),
        (Kind.COOL_DOWN, Stage.RECYCLED, date(2026, 4, 1), 1),
        (Kind.DISQUALIFY, Stage.DISQUALIFIED, None, 1),
        (Kind.DUPLICATE, Stage.DISQUALIFIED, None, 1),
        (Kind.BAD_DATA, Stage.WAITING, None, 1),
        (Kind.REQUEUE, Stage.QUEUED, None, 0),
    ],
)
def test_the_kind_of_the_reason_decides_what_comes_next(kind, stage, returns_on, outcomes):
    rep = a_user(team=a_team())
    reason = a_reason(kind, counts_against_marketing=False)
    given = returns_on if kind == Kind.TIMING else None
    for lead, seen in ((a_lead(team=rep.team), 1), (an_accepted_lead(by=rep), 2)):
        before = Outcome.objects.count()
        verdicts.reject(
            lead=lead,
            seen=seen,
            by=rep,
            at=NOW + HOUR,
            reason=reason,
            note="Why.",
            returns_on=given,
        )
        assert (lead.stage, lead.returns_on, lead.reason) == (stage, returns_on, reason)
        assert Outcome.objects.count() - before == outcomes
    if stage == Stage.QUEUED:
        assert (lead.owner, lead.team) == (None, None)
    else:
        outcome = Outcome.objects.filter(kind="rejected").first()
        assert (outcome.reason, outcome.counts_against_marketing) == (reason.name, False)


@pytest.mark.parametrize(
    ("reason", "given", "field"),
    [
        ({"kind": Kind.BAD_DATA, "note_required": True}, {"note": "  "}, "note"),
        ({"kind": Kind.TIMING}, {}, "returns_on"),
        ({"kind": Kind.TIMING}, {"returns_on": date(2026, 3, 2)}, "returns_on"),
    ],
)
def test_a_verdict_without_what_its_reason_requires_is_refused(reason, given, field):
    lead = a_lead()
    with pytest.raises(verdicts.IncompleteVerdict) as refusal:
        verdicts.reject(lead=lead, seen=1, by=a_user(), at=NOW, reason=a_reason(**reason), **given)
    assert list(refusal.value.errors) == [field]
    lead.refresh_from_db()
    assert lead.version == 1


def test_a_stale_decision_is_told_who_was_first_and_what_changed():
    ada, bea = a_user("Ada"), a_user("Bea")
    lead = a_lead()
    as_bea_saw_it = Lead.objects.get()
    verdicts.accept(lead=lead, seen=1, by=ada, at=NOW)
    verdicts.reject(lead=lead, seen=2, by=ada, at=NOW + HOUR, reason=a_reason(name="No budget"))
    for seen_by_bea in (as_bea_saw_it, Lead.objects.get()):
        with pytest.raises(StaleDecision) as refusal:
            verdicts.accept(lead=seen_by_bea, seen=1, by=bea, at=NOW + HOUR)
        assert refusal.value.first.by == ada
        assert refusal.value.changes == ["Ada accepted it.", "Ada rejected it: No budget."]
    lead.refresh_from_db()
    assert (lead.owner, lead.stage) == (ada, Stage.RECYCLED)
    assert Outcome.objects.count() == 2


def test_a_stale_promotion_leaves_no_opportunity_behind():
    ada = a_user("Ada")
    lead = an_sql(by=ada)
    with pytest.raises(StaleDecision):
        deals.promote(lead=lead, seen=2, by=ada, at=NOW + DAY)
    assert Opportunity.objects.count() == 1


def test_a_joined_opportunity_is_lost_when_nobody_works_on_it_any_more():
    rep, company = a_user(), a_company()
    first = an_sql(a_contact(company=company), by=rep)
    second = an_accepted_lead(a_contact(company=company), by=rep)
    deals.promote(lead=second, seen=2, by=rep, at=NOW + DAY, joining=first.opportunity)
    lost = {"by": rep, "at": NOW + 2 * DAY, "reason": a_reason()}
    deals.lose(lead=first, seen=3, **lost)
    assert Opportunity.objects.get().stage == Opportunity.Stage.OPEN
    deals.lose(lead=second, seen=3, **lost)
    assert Opportunity.objects.get().stage == Opportunity.Stage.LOST
    company.refresh_from_db()
    assert company.status == Company.Status.PROSPECT


def test_only_an_open_opportunity_of_the_company_can_be_joined():
    rep = a_user()
    elsewhere = an_sql(a_contact(company=a_company()), by=rep)
    lead = an_accepted_lead(a_contact(company=a_company()), by=rep)
    with pytest.raises(NotPossible):
        deals.promote(lead=lead, seen=2, by=rep, at=NOW + DAY, joining=elsewhere.opportunity)


def test_a_requeue_is_no_reason_to_lose_a_deal():
    rep = a_user()
    with pytest.raises(verdicts.IncompleteVerdict):
        deals.lose(lead=an_sql(by=rep), seen=3, by=rep, at=NOW, reason=a_reason(Kind.REQUEUE))


def test_a_lead_that_a_rep_adds_is_accepted_at_once():
    rep, contact = a_user(team=a_team()), a_contact()
    lead = verdicts.add_lead(contact=contact, by=rep, at=NOW, note="Met at the fair")
    assert (lead.stage, lead.origin, lead.owner, lead.team) == (
        Stage.ACCEPTED,
        Lead.Origin.SALES,
        rep,
        rep.team,
    )
    assert [t.sentence for t in lead.transitions.all()] == ["Ada added it: Met at the fair."]
    assert Outcome.objects.get().kind == Outcome.Kind.ACCEPTED
    with pytest.raises(NotPossible):
        verdicts.add_lead(contact=contact, by=rep, at=NOW)


def test_corrected_data_bring_a_lead_back_to_the_queue():
    rep, marketer = a_user(), a_user("Max")
    lead = a_lead()
    reason = a_reason(Kind.BAD_DATA)
    verdicts.reject(lead=lead, seen=1, by=rep, at=NOW, reason=reason, note="No such number")
    verdicts.correct(lead=lead, seen=2, by=marketer, at=NOW + DAY)
    assert (lead.stage, lead.stage_since) == (Stage.QUEUED, NOW + DAY)
    assert lead.transitions.get(version=2).reason == reason


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_the_database_holds_one_open_lead_a_contact(stage):
    rep = a_user()
    lead = a_lead()
    with pytest.raises(IntegrityError), transaction.atomic():
        a_lead(lead.contact, stage=stage, owner=rep)


@pytest.mark.parametrize(
    ("stage", "unsaid"),
    [
        (Stage.WON, {"accepted_at": None}),
        (Stage.LOST, {"first_verdict_at": None}),
        (Stage.RECYCLED, {"first_verdict_at": None}),
    ],
)
def test_the_database_refuses_a_judged_lead_that_does_not_say_when(stage, unsaid):
    with pytest.raises(IntegrityError), transaction.atomic():
        a_lead(stage=stage, **unsaid)


def test_the_verdicts_of_older_leads_are_read_from_their_transitions():
    rep, contact = a_user(), a_contact(company=a_company())
    sold = an_sql(contact, by=rep)
    refused = an_accepted_lead(by=rep)
    verdicts.reject(lead=refused, seen=2, by=rep, at=NOW + DAY, reason=a_reason())
    before = {lead.pk: kept_of(Lead.objects.get(pk=lead.pk)) for lead in (sold, refused)}
    Lead.objects.update(first_verdict_at=NOW - DAY, accepted_at=NOW - DAY, judged_by=None)
    fill = import_module("handoff.migrations.0013_verdicts_are_read_from_transitions")
    fill.read_transitions(apps, None)
    assert {lead.pk: kept_of(lead) for lead in Lead.objects.all()} == before
    assert before[refused.pk] == (NOW + HOUR, NOW + HOUR, rep.pk)


def test_the_database_refuses_a_worked_lead_without_an_owner():
    with pytest.raises(IntegrityError), transaction.atomic():
        a_lead(stage=Stage.ACCEPTED)


def test_the_starter_reasons_are_installed_once_and_changed_never():
    install()
    RejectionReason.objects.filter(name="No response").update(cool_down_days=45)
    install()
    assert RejectionReason.objects.count() == 11
    assert RejectionReason.objects.get(name="No response").cool_down_days == 45
    assert set(RejectionReason.objects.values_list("kind", flat=True)) == set(Kind)


def test_every_transition_has_a_sentence():
    rep = a_user()
    for from_stage, actions in TRANSITIONS.items():
        for to in set().union(*actions.values()):
            assert Transition(from_stage=from_stage, to_stage=to, by=rep).sentence


def test_somebody_of_the_longest_name_is_promoted():
    contact, rep = a_contact(first_name="A" * 120, last_name="B" * 120), a_user()
    lead = an_sql(contact, by=rep)
    assert lead.opportunity.name == str(contact)[:200]
