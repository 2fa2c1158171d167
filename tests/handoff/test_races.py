"""Many at once, and any sequence: exactly one wins, and everything is logged."""

import contextlib
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.handover import hand_over
from handoff.leads import deals, verdicts
from handoff.leads.lifecycle import NotPossible, StaleDecision
from handoff.leads.undo import undo
from handoff.models import Lead, RejectionReason, Stage
from leadhub.records.models import Company, Opportunity, Outcome
from tests.at_once import together
from tests.handoff.always_true import holds
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_lead,
    a_qualified_contact,
    a_reason,
    a_signal,
    a_tally,
    a_user,
    an_accepted_lead,
    an_sql,
)

THREADS, LEADS = 50, 200


@pytest.fixture
def writers_wait_their_turn(settings, monkeypatch):
    """SQLite lets fifty writers in by chance, not in turn: on a slow machine one may wait for
    longer than a request does.
    """
    if settings.ON_SQLITE:
        monkeypatch.setitem(settings.DATABASES["default"]["OPTIONS"], "timeout", 300)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("writers_wait_their_turn")
def test_of_fifty_who_accept_the_same_leads_one_wins_each_and_the_others_are_told_who():
    reps = [a_user(f"Rep {number}") for number in range(THREADS)]
    leads = [a_lead().pk for _ in range(LEADS)]
    # Each lead is wanted by a fifth of them.
    wanted = {rep: leads[number % 5 :: 5] for number, rep in enumerate(reps)}

    def accept_all(rep):
        won, told = [], {}
        for lead_id in wanted[rep]:
            try:
                verdicts.accept(lead=Lead.objects.get(pk=lead_id), seen=1, by=rep, at=NOW)
                won.append(lead_id)
            except StaleDecision as stale:
                told[lead_id] = stale.first.by
        return rep, won, told

    results = together(*(partial(accept_all, rep) for rep in reps))
    owner = dict(Lead.objects.values_list("pk", "owner"))
    assert sorted(lead for _, won, _ in results for lead in won) == sorted(leads)
    for rep, won, told in results:
        assert {owner[lead] for lead in won} <= {rep.pk}
        assert {lead: first.pk for lead, first in told.items()} == {
            lead: owner[lead] for lead in wanted[rep] if lead not in won
        }
    assert Outcome.objects.filter(kind="accepted").count() == LEADS


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_open_one_lead_a_contact():
    for _ in range(20):
        a_qualified_contact()
    opened = together(*[partial(hand_over, at=NOW)] * 4)
    assert sum(opened) == 20
    assert Lead.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_leads_of_one_deal_lost_at_once_close_it():
    company, rep, reason = a_company(), a_user(), a_reason()
    for day in range(3):
        at = NOW + day * DAY
        leads = [an_sql(a_contact(company=company), by=rep, at=at)]
        for _ in range(3):
            another = an_accepted_lead(a_contact(company=company), by=rep, at=at)
            deals.promote(lead=another, seen=2, by=rep, at=at, joining=leads[0].opportunity)
            leads.append(another)
        lose = partial(deals.lose, by=rep, reason=reason, at=at + 3 * HOUR)
        lost = together(*(partial(lose, lead=lead, seen=lead.version) for lead in leads))
        assert [transition.to_stage for transition in lost] == [Stage.LOST] * 4
    assert not Opportunity.objects.filter(stage=Opportunity.Stage.OPEN).exists()
    company.refresh_from_db()
    assert company.status == Company.Status.PROSPECT


STEPS = st.sampled_from(
    ["accept", "promote", "win", "lose", "release", "correct", "add", "stale"]
    + [f"reject {kind}" for kind in RejectionReason.Kind.values]
    + ["sweep", "signal", "hand raise", "long time", "undo", "undo"]
)


@pytest.mark.django_db
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=5, max_size=25))
def test_whatever_happens_every_stage_is_logged_and_one_lead_is_open(steps):
    contact = a_qualified_contact(company=a_company())
    rep, at = a_user(), NOW
    for step in steps:
        at += HOUR
        lead = contact.leads.order_by("-pk").first()
        with contextlib.suppress(NotPossible, StaleDecision):
            take(step, contact=contact, lead=lead, by=rep, at=at)
        at += 40 * DAY if step == "long time" else HOUR
        holds(contact)


def take(step, *, contact, lead, by, at):
    verdict, _, kind = step.partition(" ")
    given = {"lead": lead, "seen": lead and lead.version, "by": by, "at": at}
    if step == "sweep":
        hand_over(at=at)
    elif step in ("signal", "hand raise"):
        contact.tallies.filter(day=at.date()).delete()
        a_tally(
            contact, at, a_signal("Demo requested" if step == "hand raise" else "Webinar booked")
        )
    elif step == "add":
        verdicts.add_lead(contact=contact, by=by, at=at)
    elif lead is None or step == "long time":
        return
    elif step == "undo":
        taken = lead.transitions.latest("version")
        undo(taken=taken, by=by, at=taken.at + timedelta(seconds=5))
    elif step == "stale":
        verdicts.accept(**given | {"seen": lead.version - 1})
    elif verdict == "reject":
        returns_on = (at + 50 * DAY).date() if kind == RejectionReason.Kind.TIMING else None
        verdicts.reject(**given, reason=a_reason(kind), returns_on=returns_on)
    elif verdict == "lose":
        deals.lose(**given, reason=a_reason())
    else:
        plain = {
            "accept": verdicts.accept,
            "promote": deals.promote,
            "win": deals.win,
            "release": verdicts.release,
            "correct": verdicts.correct,
        }
        plain[verdict](**given)


@pytest.mark.django_db
def test_a_contact_of_another_company_is_untouched():
    bystander = a_contact(company=a_company())
    lead = a_lead(a_contact(company=a_company()))
    rep = a_user()
    verdicts.accept(lead=lead, seen=1, by=rep, at=NOW)
    deals.promote(lead=lead, seen=2, by=rep, at=NOW)
    bystander.company.refresh_from_db()
    assert bystander.company.status == Company.Status.PROSPECT
