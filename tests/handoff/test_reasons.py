"""What reasons ask for, and who gets the contact when it returns."""

import pytest

from handoff.handover import hand_over
from handoff.leads.verdicts import IncompleteVerdict, reject
from handoff.models import Attempt, Lead, RejectionReason, SetAside, Stage
from handoff.reports.marketing import near_threshold, waiting_for_data
from handoff.routing.returning import barred
from leadhub.records.models import Company, Contact, Freshness
from scoring.models import ContactScore
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_lead,
    a_qualified_contact,
    a_reason,
    a_score,
    a_signal,
    a_tally,
    a_team,
    a_user,
    an_accepted_lead,
    the_definition,
)

pytestmark = pytest.mark.django_db
Kind = RejectionReason.Kind


def test_a_reason_may_ask_for_attempts_to_reach_the_person():
    rep, lead = a_user(), a_lead()
    reason = a_reason(attempts_required=2)
    for made in ("none is", "one is"):
        with pytest.raises(IncompleteVerdict) as incomplete:
            reject(lead=lead, seen=1, by=rep, at=NOW, reason=reason)
        assert made in incomplete.value.errors["reason"]
        Attempt.objects.create(lead=lead, kind=Attempt.Kind.CALL, by=rep, at=NOW)
    reject(lead=lead, seen=1, by=rep, at=NOW, reason=reason)
    assert lead.stage == Stage.RECYCLED


def test_the_form_says_that_attempts_are_missing(rep_client):
    lead, reason = a_lead(), a_reason(attempts_required=1)
    answer = rep_client.post(f"/inbox/{lead.pk}/reject", {"seen": 1, "reason": reason.pk})
    assert answer.status_code == 422
    assert "Log an attempt first" in answer.content.decode()


def test_recycles_of_merged_contacts_are_the_persons():
    """Two recycles of one contact and one of another that turns out to be the same person."""
    survivor, merged = a_qualified_contact(), a_contact()
    for contact, ended in ((survivor, 3), (merged, 2), (survivor, 1)):
        previous = Lead.objects.filter(contact=contact).last()
        a_lead(contact, at=NOW - ended * 90 * DAY, stage=Stage.RECYCLED, previous=previous,
               reason=a_reason())  # fmt: skip
    Contact.objects.filter(pk=merged.pk).update(root=survivor)
    assert hand_over(at=NOW) == 0, "the third recycle asks for a release"
    Lead.objects.update(released_at=NOW)
    assert hand_over(at=NOW) == 1


def test_fit_that_rose_before_the_verdict_has_not_risen_since():
    contact = a_qualified_contact()
    hand_over(at=NOW)
    ContactScore.objects.update(fit=30, total=70)
    lead = Lead.objects.get()
    reject(lead=lead, seen=1, by=a_user(), at=NOW + HOUR, reason=a_reason(Kind.NOT_ICP))
    a_tally(contact, NOW + 5 * DAY)
    assert hand_over(at=NOW + 9 * DAY) == 0
    ContactScore.objects.update(fit=31, total=71)
    assert hand_over(at=NOW + 9 * DAY) == 1


def returned(reason: RejectionReason) -> tuple[Lead, Lead]:
    """A lead that was rejected for the reason, and the one that came after it."""
    rep = a_user(team=a_team())
    first = an_accepted_lead(a_qualified_contact(), by=rep)
    reject(lead=first, seen=2, by=rep, at=NOW + 2 * HOUR, reason=reason)
    a_tally(first.contact, NOW + 5 * DAY)
    assert hand_over(at=NOW + 40 * DAY) == 1
    return first, Lead.objects.get(stage=Stage.QUEUED)


def test_who_returns_goes_to_the_same_rep():
    first, second = returned(a_reason())
    assert second.owner == first.owner
    assert not barred([second.pk])


def test_who_returns_goes_to_another_rep_where_the_reason_says_so():
    first, second = returned(a_reason(to_another_rep=True))
    assert second.owner is None
    assert barred([second.pk]) == {second.pk: {first.owner_id}}


def test_who_passed_a_lead_on_does_not_get_it_back():
    rep, lead = a_user(team=a_team()), a_lead()
    reject(lead=lead, seen=1, by=rep, at=NOW, reason=a_reason(Kind.REQUEUE))
    assert barred([lead.pk]) == {lead.pk: {rep.pk}}


@pytest.fixture
def unreckonable(monkeypatch) -> set[int]:
    """The contacts put into it have a receipt that can't be reckoned."""
    from handoff.entry import standing

    poisoned: set[int] = set()
    reckon = standing.receipts_of

    def receipts_of(contact_ids, **options):
        if poisoned & set(contact_ids):
            raise ValueError("an attribute like no other")
        return reckon(contact_ids, **options)

    monkeypatch.setattr(standing, "receipts_of", receipts_of)
    return poisoned


def test_a_contact_whose_receipt_cannot_be_reckoned_stops_nobody_else(unreckonable):
    people = [a_qualified_contact() for _ in range(7)]
    unreckonable.add(people[3].pk)
    assert hand_over(at=NOW) == 7
    assert hand_over(at=NOW) == 0, "it is not tried again each second"
    assert Lead.objects.count() == 6
    aside = SetAside.objects.get()
    assert (aside.contact, aside.failure) == (people[3], "ValueError: an attribute like no other")
    unreckonable.clear()
    Freshness.objects.filter(contact=people[3]).update(revision=2, scored_revision=2)
    assert hand_over(at=NOW) == 1, "its facts have changed"
    assert not SetAside.objects.exists()


def test_who_asks_for_sales_is_heard_without_a_receipt(unreckonable):
    contact = a_contact()
    a_tally(contact, NOW - HOUR, a_signal("Demo requested"))
    unreckonable.add(contact.pk)
    assert hand_over(at=NOW) == 1
    assert Lead.objects.get().receipt == {}


@pytest.mark.parametrize("status", [Company.Status.CUSTOMER, Company.Status.OPPORTUNITY])
def test_customers_stand_in_none_of_the_lists_before_handoff(status):
    company = a_company(status=status)
    near, waiting = a_contact(company=company), a_contact(company=company)
    a_score(near, behaviour=32, fit=23, qualified=False)
    a_score(waiting, behaviour=45, fit=10, fit_possible=30, qualified=False)
    assert not near_threshold(the_definition())
    assert not waiting_for_data(the_definition())
    Company.objects.update(status=Company.Status.PROSPECT)
    assert near_threshold(the_definition()).get().contact == near
    assert waiting_for_data(the_definition()).get().contact == waiting
