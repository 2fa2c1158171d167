"""What is overdue is escalated once, and goes to another rep where the policy says so."""

from datetime import timedelta

import pytest

from handoff.handover import hand_over
from handoff.leads.verdicts import accept
from handoff.models import Escalation, ServiceLevel
from handoff.sla.escalation import act_on_overdue
from tests.handoff.builders import HOUR, NOW, a_lead, a_qualified_contact, a_team, a_user
from tests.handoff.test_routing import a_pool, a_rule, handed_over, reps
from tests.handoff.test_sla import an_attempt

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def a_level(**fields) -> ServiceLevel:
    return ServiceLevel.objects.create(name="All", response_minutes=60, **fields)


def test_a_broken_promise_is_escalated_once():
    lead, quiet = a_lead(), a_lead(hand_raised_at=NOW)
    ServiceLevel.objects.create(
        name="Quiet", position=0, raised="only", response_minutes=15, escalates=False
    )
    a_level(position=1)
    for at in (NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR):
        act_on_overdue(at=at)
    row = Escalation.objects.get()
    assert (row.lead, row.clock, row.due_at, row.at) == (
        lead, "response", NOW + HOUR, NOW + 2 * HOUR,
    )  # fmt: skip
    assert quiet.escalations.count() == 0


def test_an_overdue_lead_goes_to_another_rep_who_has_the_same_time():
    one, other = reps(2)
    a_rule(a_pool(one, other))
    a_level(reassign_after_minutes=30)
    lead = handed_over(a_qualified_contact())
    first = lead.owner
    assert act_on_overdue(at=NOW + 89 * MINUTE) == 0
    assert act_on_overdue(at=NOW + 90 * MINUTE) == 1
    hand_over(at=NOW + 90 * MINUTE)
    lead.refresh_from_db()
    assert {first, lead.owner} == {one, other}
    assert act_on_overdue(at=NOW + 119 * MINUTE) == 0
    assert act_on_overdue(at=NOW + 121 * MINUTE) == 1


def test_what_is_answered_or_accepted_stays_with_its_rep():
    rep = a_user(team=a_team())
    a_level(reassign_after_minutes=0)
    answered, accepted = a_lead(owner=rep), a_lead(owner=rep)
    an_attempt(answered, NOW + HOUR / 2)
    accept(lead=accepted, seen=1, by=rep, at=NOW)
    assert act_on_overdue(at=NOW + 5 * HOUR) == 0
