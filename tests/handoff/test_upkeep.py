"""Who is held, and which leads are withdrawn, expire, or are merged."""

from datetime import timedelta

import pytest

from handoff.handover import hand_over, in_spite_of_each_other
from handoff.models import Held, Lead, Stage
from leadhub.records.models import Contact
from scoring.models import Definition
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_contact,
    a_lead,
    a_new_version,
    a_qualified_contact,
    a_score,
    a_signal,
    a_tally,
    a_user,
    an_accepted_lead,
)

pytestmark = pytest.mark.django_db


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


def test_at_once_holds_nobody_where_no_limit_is_known():
    contact = a_qualified_contact()
    live = a_new_version(at=NOW, handover=Definition.Handover.AT_ONCE)
    a_score(contact, definition=live, scored_at=NOW - HOUR)
    while hand_over(at=NOW):
        pass
    assert Lead.objects.get().contact == contact
    assert not Held.objects.exists()


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


def test_a_step_that_fails_keeps_no_other_from_being_taken():
    taken = []

    def fails():
        raise ValueError("a calendar like no other")

    def works():
        taken.append(1)
        return 2

    with pytest.raises(ValueError, match="like no other"):
        in_spite_of_each_other(fails, works, works)
    assert len(taken) == 2
    assert in_spite_of_each_other(works, works) == 4
