"""Who gets a lead, why, and that everyone gets their share."""

from collections import Counter, defaultdict
from datetime import timedelta
from fractions import Fraction
from functools import partial

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.handover import hand_over
from handoff.leads.turns import takes_turns
from handoff.leads.verdicts import accept, reject
from handoff.models import (
    Absence,
    Assignment,
    Lead,
    Pool,
    PoolMember,
    RejectionReason,
    RepTerms,
    RoutingRule,
    TeamTerms,
)
from handoff.routing.assigning import assign
from handoff.routing.deciding import dry_run
from leadhub.users.models import User
from tests.at_once import together
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_lead,
    a_pool,
    a_qualified_contact,
    a_reason,
    a_rule,
    a_signal,
    a_tally,
    a_team,
    a_user,
    reps,
)
from tests.handoff.test_sla import a_calendar

pytestmark = pytest.mark.django_db
Reason = Assignment.Reason


def handed_over(contact) -> Lead:
    hand_over(at=NOW)
    return Lead.objects.select_related("owner", "team").get(contact=contact)


def logged(lead: Lead) -> list[str]:
    return list(lead.assignments.values_list("reason", flat=True))


def test_the_first_rule_that_holds_names_the_pool():
    [north, south] = reps(2)
    a_rule(a_pool(south), position=2)
    a_rule(a_pool(north), {"field": "company.region", "is": "North"}, position=1)
    lead = handed_over(a_qualified_contact(company=a_company(region="NORTH")))
    assert (lead.owner, lead.team) == (north, north.team)
    assert handed_over(a_qualified_contact()).owner == south
    assignment = lead.assignments.get()
    assert (assignment.reason, assignment.by, assignment.at) == (Reason.ROTATION, None, NOW)
    assert assignment.why == f"“Rule 2”: {north} is next."


def test_without_rules_the_queue_is_everyones_and_that_is_logged():
    lead = handed_over(a_qualified_contact())
    assert (lead.owner, lead.team) == (None, None)
    assert logged(lead) == [Reason.QUEUE]


def test_where_no_rule_holds_it_waits_in_every_teams_queue():
    a_rule(a_pool(*reps(1)), {"field": "company.region", "is": "North"})
    lead = handed_over(a_qualified_contact())
    assert (lead.owner, lead.assignments.get().why) == (None, "No rule holds.")


def test_the_owner_of_the_company_comes_first_and_takes_nobodys_turn():
    owner, *others = reps(3)
    pool = a_pool(*others)
    a_rule(pool)
    company = a_company(owner=owner)
    assert handed_over(a_qualified_contact(company=company)).owner == owner
    pool.refresh_from_db()
    assert pool.turn == 0


def test_an_absent_owner_is_covered_for_by_the_pool_where_there_is_one():
    owner, cover = reps(2)
    Absence.objects.create(user=owner, first_day=NOW.date(), last_day=NOW.date() + 7 * DAY)
    company = a_company(owner=owner)
    assert handed_over(a_qualified_contact(company=company)).owner == owner
    a_rule(a_pool(cover))
    other = a_company(owner=owner)
    lead = handed_over(a_qualified_contact(company=other))
    assert lead.owner == cover


def test_two_of_one_company_who_come_at_once_go_to_the_same_rep():
    a_rule(a_pool(*reps(3)))
    company = a_company()
    people = [a_qualified_contact(company=company) for _ in range(3)]
    hand_over(at=NOW)
    assert len({Lead.objects.get(contact=one).owner for one in people}) == 1
    assert Counter(Assignment.objects.values_list("reason", flat=True)) == {
        Reason.ROTATION: 1, Reason.COLLEAGUE: 2,
    }  # fmt: skip


def test_who_is_absent_off_duty_full_or_gone_is_passed_over():
    absent, asleep, full, gone, free = reps(5)
    a_rule(a_pool(absent, asleep, full, gone, free))
    Absence.objects.create(user=absent, first_day=NOW.date(), last_day=NOW.date())
    RepTerms.objects.create(user=asleep, calendar=a_calendar(zone="Asia/Tokyo"))
    RepTerms.objects.create(user=full, new_leads_a_day=1)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    people = [a_qualified_contact() for _ in range(6)]
    hand_over(at=NOW)
    given = Counter(Lead.objects.filter(contact__in=people).values_list("owner", flat=True))
    assert given == {full.pk: 1, free.pk: 5}
    told = " ".join(dry_run(a_contact(), at=NOW).steps)
    for said in (
        f"{absent} is absent until 2 Mar.", f"{asleep} is not at work at this hour.",
        f"{full} has had 1 of 1 new leads today.", f"{gone} has left.", f"{free} is next.",
    ):  # fmt: skip
        assert said in told


def test_open_unjudged_leads_are_limited_by_the_teams_terms():
    [rep] = reps(1)
    TeamTerms.objects.create(team=rep.team, unjudged_leads=2)
    pool = a_pool(rep, team=rep.team)
    a_rule(pool)
    people = [a_qualified_contact() for _ in range(3)]
    hand_over(at=NOW)
    waiting = Lead.objects.get(owner=None)
    assert (waiting.team, waiting.pool) == (rep.team, pool)
    first = Lead.objects.filter(owner=rep).first()
    accept(lead=first, seen=first.version, by=rep, at=NOW + HOUR)
    assert hand_over(at=NOW + HOUR) == 1
    waiting.refresh_from_db()
    assert (waiting.owner, logged(waiting)) == (rep, [Reason.QUEUE, Reason.ROTATION])
    assert waiting.transitions.last().note == f"“Rule 1”: {rep} is next."
    assert len(people) == 3


def test_what_comes_at_night_waits_for_the_morning():
    [rep] = reps(1)
    a_rule(a_pool(rep))
    contact = a_qualified_contact()
    hand_over(at=NOW - 6 * HOUR)
    assert Lead.objects.get(contact=contact).owner is None
    assert hand_over(at=NOW - 5 * HOUR) == 0
    hand_over(at=NOW)
    assert Lead.objects.get(contact=contact).owner == rep


def test_a_hand_raise_does_not_wait_for_room():
    [rep] = reps(1)
    RepTerms.objects.create(user=rep, new_leads_a_day=0)
    a_rule(a_pool(rep))
    contact = a_contact()
    a_tally(contact, NOW - HOUR, a_signal("Demo requested"))
    assert handed_over(contact).owner == rep


def test_a_wrong_territory_goes_to_another_rep_and_never_the_same():
    one, other = reps(2)
    a_rule(a_pool(one, other))
    lead = handed_over(a_qualified_contact())
    first = lead.owner
    reason = a_reason(RejectionReason.Kind.REQUEUE)
    reject(lead=lead, seen=1, by=first, at=NOW, reason=reason)
    assert hand_over(at=NOW + timedelta(seconds=5)) == 0, "it may still be undone"
    hand_over(at=NOW + HOUR)
    lead.refresh_from_db()
    second = lead.owner
    assert {first, second} == {one, other}
    reject(lead=lead, seen=lead.version, by=second, at=NOW + HOUR, reason=reason)
    hand_over(at=NOW + 2 * HOUR)
    lead.refresh_from_db()
    assert lead.owner is None, "both have passed it on"
    assert hand_over(at=NOW + 3 * HOUR) == 0


def test_a_team_that_pulls_takes_from_its_queue():
    rep, other = reps(2)
    TeamTerms.objects.create(team=rep.team, handing=TeamTerms.Handing.PULL)
    a_rule(a_pool(rep, other, team=rep.team))
    lead = handed_over(a_qualified_contact())
    assert (lead.owner, lead.team) == (None, rep.team)
    assert hand_over(at=NOW + HOUR) == 0
    assert takes_turns(rep)
    assert not takes_turns(a_user(team=a_team()))


def test_a_dry_run_changes_nothing_and_tells_every_step():
    owner, next_one = reps(2)
    Absence.objects.create(user=owner, first_day=NOW.date(), last_day=NOW.date())
    pool = a_pool(next_one)
    a_rule(pool, {"field": "company.region", "is": "South"})
    a_rule(pool, position=3)
    decision = dry_run(a_contact(company=a_company(owner=owner)), at=NOW)
    assert decision.to == next_one
    assert decision.steps == (
        f"{owner} owns the company, but is absent until 2 Mar.",
        f"The rule “Rule 2” holds: the pool “{pool}”.",
        f"{next_one} is next.",
    )
    pool.refresh_from_db()
    assert (pool.turn, Assignment.objects.count()) == (0, 0)


def test_as_many_queries_for_many_leads_as_for_few():
    """Also with rules, owners, colleagues, absences and capacities in play."""
    owner, *others = reps(6)
    TeamTerms.objects.create(team=owner.team, new_leads_a_day=500)
    a_rule(a_pool(*others[:3]), {"field": "company.region", "is": "North"}, position=1)
    a_rule(a_pool(*others))

    def queries(number: int) -> int:
        for n in range(number):
            company = a_company(owner=owner if n % 3 else None, region="North" if n % 2 else "")
            a_qualified_contact(company=company)
        with CaptureQueriesContext(connection) as captured:
            assert hand_over(at=NOW) == number
        return len(captured)

    queries(4)
    assert queries(4) == queries(30)


CHANGES = st.one_of(
    st.tuples(st.just("leads"), st.integers(1, 9)),
    st.tuples(st.just("weight"), st.integers(0, 3), st.integers(1, 4)),
    st.tuples(st.just("absence"), st.integers(0, 3)),
    st.tuples(st.just("capacity"), st.integers(0, 3), st.integers(0, 6)),
    st.tuples(st.just("owned"), st.integers(0, 3)),
    st.tuples(st.just("membership"), st.integers(0, 3)),
)


@settings(max_examples=20, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(changes=st.lists(CHANGES, min_size=2, max_size=12))
def test_the_log_shows_everyone_their_share(changes):
    """Within one of the weights counted from the last change; within two over any window."""
    Assignment.objects.all().delete()
    RoutingRule.objects.all().delete()
    users = reps(4)
    pool = a_pool(*users)
    a_rule(pool)
    for change in changes:
        happen(*change, users=users, pool=pool)
    periods, rosters = defaultdict(list), {}
    for row in Assignment.objects.filter(reason=Reason.ROTATION, pool=pool).order_by("pk"):
        periods[row.period].append(row.to_id)
        if row.roster is not None:
            assert row.period not in rosters
            rosters[row.period] = dict(map(tuple, row.roster))
    for period, log in periods.items():
        weights = rosters[period]
        for start in range(len(log)):
            for end in range(start + 1, len(log) + 1):
                bound = 1 if start == 0 else 2
                assert farthest(Counter(log[start:end]), weights, end - start) < bound


def happen(what: str, *details: int, users: list[User], pool: Pool) -> None:
    if what == "leads":
        assign([a_lead().pk for _ in range(details[0])], at=NOW)
        return
    user = users[details[0]]
    if what == "weight":
        PoolMember.objects.filter(user=user).update(weight=details[1])
    elif what == "capacity":
        RepTerms.objects.update_or_create(user=user, defaults={"unjudged_leads": details[1]})
    elif what == "owned":
        assign([a_lead(a_contact(company=a_company(owner=user))).pk], at=NOW)
    elif what == "membership":
        gone, _ = PoolMember.objects.filter(user=user).delete()
        if not gone:
            PoolMember.objects.create(pool=pool, user=user)
    elif not Absence.objects.filter(user=user).delete()[0]:
        Absence.objects.create(user=user, first_day=NOW.date(), last_day=NOW.date())


def farthest(given: Counter, weights: dict[int, int], number: int) -> Fraction:
    total = sum(weights.values())
    assert set(given) <= set(weights)
    return max(abs(given[user] - Fraction(number * w, total)) for user, w in weights.items())


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(django_settings.ON_SQLITE, reason="one writer at a time")
def test_many_who_assign_at_once_keep_the_shares():
    users = reps(3)
    weights = {users[0]: 3, users[1]: 2, users[2]: 1}
    pool = a_pool(*users, weights=weights)
    a_rule(pool)
    leads = [a_lead().pk for _ in range(60)]

    def give(part: int) -> list[int]:
        return [assign([lead], at=NOW) for lead in leads[part::6]]

    changed = together(*(partial(give, part) for part in range(6)))
    assert changed == [[1] * 10] * 6
    given = Counter(Lead.objects.values_list("owner", flat=True))
    assert given == {users[0].pk: 30, users[1].pk: 20, users[2].pk: 10}
    log = list(Assignment.objects.order_by("pk").values_list("to", "period"))
    assert len(log) == 60
    assert len({period for _, period in log}) == 1
