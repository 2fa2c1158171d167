"""Leads that are routed anew: who leaves, who has room again, and whose turn it is to get one."""

from datetime import timedelta

import pytest

from handoff.handover import hand_over
from handoff.leads.verdicts import reject
from handoff.models import Lead, RejectionReason, RepTerms, Stage
from handoff.routing.assigning import assign
from handoff.routing.rerouting import give_to_who_has_room, replace_who_left_deals
from leadhub.users.models import User
from tests.handoff.builders import (
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_lead,
    a_pool,
    a_reason,
    a_rule,
    an_accepted_lead,
    an_sql,
    reps,
)

pytestmark = pytest.mark.django_db


def test_the_leads_of_who_leaves_go_back_and_are_routed_anew():
    leaver, stayer = reps(2)
    accepted, queued = an_accepted_lead(by=leaver), a_lead(owner=leaver, team=leaver.team)
    deal = an_sql(by=leaver)
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    hand_over(at=NOW + HOUR)
    for lead in (accepted, queued):
        lead.refresh_from_db()
        assert (lead.stage, lead.owner) == (Stage.QUEUED, None)
    a_rule(a_pool(leaver, stayer))
    assert assign([accepted.pk, queued.pk, deal.pk], at=NOW + HOUR) == 3
    for lead in (accepted, queued, deal):
        lead.refresh_from_db()
        assert lead.owner == stayer
    assert deal.stage == Stage.SQL
    assert accepted.transitions.filter(note=f"{leaver} has left").exists()


def test_however_many_deals_find_nobody_those_of_others_who_left_have_their_turn():
    """Each step takes only two, and there is nobody in the north."""
    north, south, stayer = reps(3)
    a_rule(a_pool(north), {"field": "company.region", "is": "North"})
    a_rule(a_pool(south, stayer), position=1)
    for _ in range(3):
        an_sql(a_contact(company=a_company(region="North")), by=north)
    deal = an_sql(by=south)
    User.objects.filter(pk__in=[north.pk, south.pk]).update(is_active=False)
    assert replace_who_left_deals(at=NOW + HOUR, limit=2) == 1
    deal.refresh_from_db()
    assert deal.owner == stayer


def test_however_many_wait_for_one_pool_those_of_another_have_their_turn():
    """The one has room for a single lead, the other for all; and each step takes only two."""
    busy, idle = reps(2)
    RepTerms.objects.create(user=busy, unjudged_leads=1)
    north, rest = a_pool(busy), a_pool(idle)
    a_rule(north, {"field": "company.region", "is": "North"})
    a_rule(rest, position=1)
    company = a_company(region="North")
    for _ in range(4):
        a_lead(a_contact(company=company), at=NOW - HOUR, pool=north)
    others = [a_lead(pool=rest) for _ in range(3)]
    for minutes in range(3):
        give_to_who_has_room(at=NOW + timedelta(minutes=minutes), limit=2)
    assert [lead.owner for lead in refreshed(others)] == [idle] * 3
    assert Lead.objects.filter(owner=busy).count() == 1


def test_who_may_have_none_of_the_first_is_given_those_behind():
    """What they passed on stays in front, and others of the pool have no room for it."""
    full, free = reps(2)
    RepTerms.objects.create(user=full, unjudged_leads=0)
    pool = a_pool(full, free)
    a_rule(pool)
    passed_on = [a_lead(owner=free, at=NOW - HOUR, pool=pool) for _ in range(2)]
    reason = a_reason(RejectionReason.Kind.REQUEUE)
    for lead in passed_on:
        reject(lead=lead, seen=1, by=free, at=NOW, reason=reason)
    Lead.objects.filter(stage=Stage.QUEUED).update(pool=pool)
    behind = a_lead(pool=pool)
    assert give_to_who_has_room(at=NOW + HOUR, limit=2) == 1
    assert [lead.owner for lead in refreshed([*passed_on, behind])] == [None, None, free]
    RepTerms.objects.filter(user=full).update(unjudged_leads=None)
    assert give_to_who_has_room(at=NOW + HOUR, limit=2) == 2


def test_the_owner_of_the_company_who_is_back_gets_what_nobody_of_the_pool_may_have():
    owner, member = reps(2)
    pool = a_pool(member)
    a_rule(pool)
    lead = a_lead(a_contact(company=a_company(owner=owner)), owner=member, pool=pool)
    reject(lead=lead, seen=1, by=member, at=NOW, reason=a_reason(RejectionReason.Kind.REQUEUE))
    Lead.objects.filter(pk=lead.pk).update(owner=None, pool=pool)
    assert give_to_who_has_room(at=NOW + HOUR, limit=2) == 1
    assert [lead.owner for lead in refreshed([lead])] == [owner]


def refreshed(leads: list[Lead]) -> list[Lead]:
    return [Lead.objects.select_related("owner").get(pk=lead.pk) for lead in leads]


def test_a_hand_raise_goes_to_who_is_there_where_who_has_room_passed_it_on():
    free, full = reps(2)
    RepTerms.objects.create(user=full, unjudged_leads=0)
    pool = a_pool(free, full)
    a_rule(pool)
    lead = a_lead(owner=free, pool=pool, hand_raised_at=NOW)
    reject(lead=lead, seen=1, by=free, at=NOW, reason=a_reason(RejectionReason.Kind.REQUEUE))
    Lead.objects.filter(pk=lead.pk).update(pool=pool)
    assert give_to_who_has_room(at=NOW + HOUR, limit=2) == 1
    assert [lead.owner for lead in refreshed([lead])] == [full]
