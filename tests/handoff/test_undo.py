"""Taking a verdict back: what is restored, until when, and who was faster."""

from datetime import timedelta

import pytest

from handoff.leads import deals, verdicts, work_log
from handoff.leads.lifecycle import NotPossible, StaleDecision
from handoff.leads.undo import UNDO_SECONDS, settled, undo
from handoff.models import Action, Lead, RejectionReason, Stage, Transition
from leadhub.records.models import Company, Opportunity, Outcome
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
SOON = timedelta(seconds=5)


def columns(lead: Lead) -> dict:
    return Lead.objects.filter(pk=lead.pk).values().get() | {"version": None}


def take_back(lead: Lead, by, at) -> Transition:
    return undo(taken=Lead.objects.get(pk=lead.pk).transitions.latest("version"), by=by, at=at)


def accept(lead, rep, at):
    verdicts.accept(lead=lead, seen=lead.version, by=rep, at=at)


def reject(kind):
    def decide(lead, rep, at):
        returns_on = (at + 30 * DAY).date() if kind == Kind.TIMING else None
        verdicts.reject(
            lead=lead,
            seen=lead.version,
            by=rep,
            at=at,
            reason=a_reason(kind),
            returns_on=returns_on,
        )

    return decide


def promote(lead, rep, at):
    deals.promote(lead=lead, seen=lead.version, by=rep, at=at, amount=100)


def win(lead, rep, at):
    deals.win(lead=lead, seen=lead.version, by=rep, at=at)


def lose(lead, rep, at):
    deals.lose(lead=lead, seen=lead.version, by=rep, at=at, reason=a_reason())


def snooze(lead, rep, at):
    work_log.snooze(lead=lead, seen=lead.version, by=rep, at=at, until=at + DAY)


def reassign(lead, rep, at):
    verdicts.reassign(lead=lead, seen=lead.version, by=rep, at=at, to=a_user(team=a_team()))


QUEUED, ACCEPTED, SQL = "queued", "accepted", "sql"
CASES = [
    (QUEUED, accept),
    *((QUEUED, reject(kind)) for kind in Kind),
    (ACCEPTED, reject(Kind.COOL_DOWN)),
    (ACCEPTED, promote),
    (SQL, win),
    (SQL, lose),
    (QUEUED, snooze),
    (ACCEPTED, snooze),
    (QUEUED, reassign),
    (SQL, reassign),
]


def lead_in(stage, rep) -> Lead:
    contact = a_contact(company=a_company())
    made = {QUEUED: lambda: a_lead(contact, snoozed_until=NOW - HOUR)}
    made[ACCEPTED] = lambda: an_accepted_lead(contact, by=rep)
    made[SQL] = lambda: an_sql(contact, by=rep)
    return made[stage]()


@pytest.mark.parametrize(("stage", "decide"), CASES)
def test_undoing_restores_the_lead_the_deal_and_the_company_and_leaves_no_outcome(stage, decide):
    rep = a_user(team=a_team())
    lead = lead_in(stage, rep)
    at = NOW + DAY
    before = (
        columns(lead),
        list(Opportunity.objects.values()),
        Company.objects.values_list("status").get(),
        list(Outcome.objects.order_by("pk").values()),
    )
    decide(lead, rep, at)
    assert columns(lead) != before[0]
    undone = take_back(lead, rep, at + SOON)
    assert (undone.action, undone.undoes.undone_at) == (Action.UNDO, at + SOON)
    assert before == (
        columns(lead),
        list(Opportunity.objects.values()),
        Company.objects.values_list("status").get(),
        list(Outcome.objects.order_by("pk").values()),
    )
    log = lead.transitions.order_by("version")
    assert [t.version for t in log] == list(range(1, len(log) + 1))


def test_only_in_time_only_ones_own_and_only_once():
    rep = a_user()
    lead = a_lead()
    accept(lead, rep, NOW)
    late = NOW + timedelta(seconds=UNDO_SECONDS, milliseconds=1)
    for by, at in ((a_user("Ben"), NOW + SOON), (rep, late)):
        with pytest.raises(NotPossible):
            take_back(lead, by, at)
    in_time = take_back(lead, rep, NOW + timedelta(seconds=UNDO_SECONDS))
    with pytest.raises(NotPossible):
        undo(taken=in_time.undoes, by=rep, at=NOW + SOON)
    with pytest.raises(NotPossible):
        undo(taken=in_time, by=rep, at=NOW + SOON)


def test_who_undoes_after_somebody_else_acted_is_told_who():
    rep, ben = a_user(), a_user("Ben")
    lead = a_lead()
    accept(lead, rep, NOW)
    taken = lead.transitions.latest("version")
    verdicts.reject(lead=lead, seen=2, by=ben, at=NOW + SOON, reason=a_reason())
    with pytest.raises(StaleDecision) as refused:
        undo(taken=taken, by=rep, at=NOW + 2 * SOON)
    assert refused.value.first.by == ben
    lead.refresh_from_db()
    assert lead.stage == Stage.RECYCLED


def test_a_rejection_is_not_undone_once_the_person_has_another_open_lead():
    rep = a_user()
    lead = a_lead()
    reject(Kind.COOL_DOWN)(lead, rep, NOW)
    a_lead(lead.contact, at=NOW + SOON)
    with pytest.raises(NotPossible, match="another open lead"):
        take_back(lead, rep, NOW + SOON)
    assert Outcome.objects.count() == 1


def test_a_deal_that_others_joined_is_kept():
    rep, company = a_user(), a_company()
    lead = an_accepted_lead(a_contact(company=company), by=rep)
    promote(lead, rep, NOW + DAY)
    other = an_accepted_lead(a_contact(company=company), by=rep)
    deals.promote(lead=other, seen=2, by=rep, at=NOW + DAY, joining=lead.opportunity)
    take_back(lead, rep, NOW + DAY + SOON)
    company.refresh_from_db()
    assert Opportunity.objects.get().leads.get() == other
    assert company.status == Company.Status.OPPORTUNITY


def test_what_was_undone_is_told_to_nobody_and_counts_in_no_report():
    rep = a_user()
    undone, kept = a_lead(), a_lead()
    accept(undone, rep, NOW)
    take_back(undone, rep, NOW + SOON)
    accept(kept, rep, NOW)
    later = NOW + timedelta(minutes=1)
    told = Transition.objects.filter(settled(at=later), action=Action.ACCEPT)
    assert [transition.lead for transition in told] == [kept]
    assert not Transition.objects.filter(settled(at=NOW + SOON), action=Action.ACCEPT)
    judged = dict(Lead.objects.values_list("pk", "judged_by"))
    assert judged == {undone.pk: None, kept.pk: rep.pk}
