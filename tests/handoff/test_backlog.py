"""Handed over at once: of those qualified already the best come first, as sales has room, and so
many a day.
"""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from handoff import handover
from handoff.handover import hand_over
from handoff.models import Absence, Held, Lead, Pool, RoutingRule, TeamTerms
from handoff.routing.assigning import assign
from handoff.routing.capacity import Room, room_now
from handoff.routing.deciding import cases_of
from handoff.routing.places import who_has_a_place
from leadhub.users.models import User
from scoring.models import Definition
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_lead,
    a_new_version,
    a_qualified_contact,
    a_score,
    a_team,
    a_user,
)
from tests.handoff.test_routing import a_pool, a_rule

pytestmark = pytest.mark.django_db


def a_backlog(
    *, fits: tuple[int, ...], a_day: int | None = None, people: list | None = None
) -> tuple[Definition, list]:
    """A version that has just gone live, under which people of these fits qualify already."""
    people = people or [a_qualified_contact() for _ in fits]
    live = a_new_version(at=NOW, handover=Definition.Handover.AT_ONCE, a_day=a_day)
    for person, fit in zip(people, fits, strict=True):
        a_score(person, fit=fit, definition=live, scored_at=NOW - HOUR)
    return live, people


def hand_over_all(at) -> None:
    while hand_over(at=at):
        pass


def handed_over() -> list:
    return [lead.contact for lead in Lead.objects.order_by("pk")]


def test_the_best_come_first_and_the_others_on_the_days_after():
    _, people = a_backlog(fits=(21, 25, 23, 24, 22), a_day=2)
    worst_to_best = [people[0], people[4], people[2], people[3], people[1]]
    hand_over_all(NOW)
    assert handed_over() == [people[1], people[3]]
    assert Held.objects.count() == 3
    hand_over_all(NOW + HOUR)
    assert len(handed_over()) == 2
    hand_over_all(NOW + DAY)
    hand_over_all(NOW + 2 * DAY)
    assert handed_over() == worst_to_best[::-1]
    assert not Held.objects.exists()


def test_who_qualifies_anew_is_not_kept_waiting_and_takes_room_from_the_backlog():
    live, people = a_backlog(fits=(21, 22), a_day=1)
    for _ in range(2):
        newly = a_contact()
        a_score(newly, definition=live, scored_at=NOW + HOUR)
    hand_over_all(NOW + 2 * HOUR)
    assert len(handed_over()) == 2
    assert not set(handed_over()) & set(people)
    hand_over_all(NOW + DAY)
    assert handed_over()[-1] == people[1]


def test_many_at_a_time_are_still_no_more_than_the_day_has_room_for(monkeypatch):
    a_backlog(fits=(21, 22, 23, 24, 25), a_day=3)
    monkeypatch.setattr(handover, "CHANGED_TOGETHER", 1)
    while hand_over(at=NOW):
        pass
    assert len(handed_over()) == 3


def a_team_that_takes(a_day: int | None, *, people: int = 2) -> list[User]:
    """Reps in a pool that gets all leads."""
    team = a_team()
    reps = [a_user(team=team) for _ in range(people)]
    TeamTerms.objects.create(team=team, new_leads_a_day=a_day)
    a_rule(a_pool(*reps))
    return reps


def test_as_many_come_as_sales_has_room_for_day_after_day():
    reps = a_team_that_takes(1)
    _, people = a_backlog(fits=(21, 25, 23, 24, 22))
    hand_over_all(NOW)
    assert handed_over() == [people[1], people[3]]
    assert set(Lead.objects.values_list("owner", flat=True)) == {rep.pk for rep in reps}
    hand_over_all(NOW + HOUR)
    assert len(handed_over()) == 2
    hand_over_all(NOW + DAY)
    assert handed_over()[2:] == [people[2], people[4]]


def test_what_the_version_allows_a_day_limits_them_too():
    a_team_that_takes(3)
    a_backlog(fits=(21, 22, 23), a_day=1)
    hand_over_all(NOW)
    assert len(handed_over()) == 1


def test_nobody_comes_while_nobody_is_there_and_who_is_away_has_no_room():
    away, _ = a_team_that_takes(1)
    Absence.objects.create(user=away, first_day=NOW.date(), last_day=NOW.date())
    a_backlog(fits=(21, 22, 23))
    hand_over_all(NOW - 6 * HOUR)
    assert handed_over() == []
    assert room_now(at=NOW) == Room(members=2, there=1, left=1, a_day=2)
    hand_over_all(NOW)
    assert len(handed_over()) == 1


def test_what_waits_for_somebody_has_its_place_already(django_assert_num_queries):
    a_team_that_takes(2, people=9)
    a_lead(at=NOW - HOUR, pool=Pool.objects.get())
    with django_assert_num_queries(8):
        assert room_now(at=NOW).left == 17


def two_pools(north_a_day: int, south_a_day: int) -> tuple[User, User]:
    """A rep for companies of the north, and one for all others."""
    [south] = a_team_that_takes(south_a_day, people=1)
    [north] = a_team_that_takes(north_a_day, people=1)
    RoutingRule.objects.filter(pool__members__user=north).update(
        conditions={"field": "company.region", "is": "North"}
    )
    RoutingRule.objects.filter(pool__members__user=south).update(position=2)
    return north, south


def people_of(region: str, count: int) -> list:
    return [a_qualified_contact(company=a_company(region=region)) for _ in range(count)]


def test_the_best_of_a_full_pool_keep_nobody_of_another_from_coming():
    north, south = two_pools(1, 2)
    waiting = a_lead(people_of("North", 1)[0], pool=Pool.objects.get(members__user=north))
    people = people_of("North", 3) + people_of("South", 3)
    a_backlog(fits=(25, 24, 23, 22, 20, 21), people=people)
    hand_over_all(NOW)
    waiting.refresh_from_db()
    assert waiting.owner == north
    came = Lead.objects.exclude(pk=waiting.pk).order_by("pk")
    assert [lead.contact for lead in came] == [people[3], people[5]]
    assert {lead.owner for lead in came} == {south}


def test_leads_that_wait_for_a_full_pool_take_no_room_from_another():
    north, _ = two_pools(1, 2)
    pool = Pool.objects.get(members__user=north)
    leads = [a_lead(person, pool=pool) for person in people_of("North", 5)]
    assert assign([lead.pk for lead in leads], at=NOW) == 1
    assert room_now(at=NOW).left == 2


@pytest.mark.parametrize("nobody", ["no rule", "an empty pool", "an inactive rule"])
def test_leads_that_nobody_is_there_for_keep_nobody_elses_from_coming(nobody):
    [rep] = a_team_that_takes(2, people=1)
    RoutingRule.objects.update(conditions={"field": "company.region", "is": "North"})
    waiting = {"no rule": None, "an empty pool": a_pool(), "an inactive rule": a_pool()}[nobody]
    if nobody == "an empty pool":
        a_rule(waiting, {"field": "company.region", "is": "South"})
    for person in people_of("South", 3):
        a_lead(person, pool=waiting)
    people = people_of("South", 5) + people_of("North", 3)
    a_backlog(fits=(31, 30, 29, 28, 27, 26, 25, 24), people=people)
    hand_over_all(NOW)
    assert [lead.contact for lead in Lead.objects.filter(owner=rep).order_by("pk")] == people[5:7]
    assert Held.objects.count() == 6


def test_who_has_nobody_comes_with_the_room_that_is_left():
    a_team_that_takes(3, people=1)
    RoutingRule.objects.update(conditions={"field": "company.region", "is": "North"})
    people = people_of("South", 4) + people_of("North", 1)
    a_backlog(fits=(30, 29, 28, 27, 26), people=people)
    hand_over_all(NOW)
    assert handed_over() == [people[0], people[1], people[4]]


def test_who_is_in_several_pools_has_room_once():
    team = a_team()
    several, other = a_user(team=team), a_user(team=team)
    TeamTerms.objects.create(team=team, new_leads_a_day=2)
    for position, region in enumerate(("North", "South", "West"), 1):
        rep = other if region == "West" else several
        a_rule(a_pool(rep), {"field": "company.region", "is": region}, position=position)
    people = people_of("North", 2) + people_of("South", 2) + people_of("West", 3)
    a_backlog(fits=(30, 29, 28, 27, 26, 25, 24), people=people)
    hand_over_all(NOW)
    assert handed_over() == [*people[:2], *people[4:6]]
    assert not Lead.objects.filter(owner=None).exists()


def test_whose_owner_is_away_waits_for_the_pool_that_covers():
    two_pools(1, 5)
    away = a_user()
    Absence.objects.create(user=away, first_day=NOW.date(), last_day=NOW.date())
    company = a_company(owner=away, region="North")
    people = [a_qualified_contact(company=company), *people_of("North", 3)]
    a_backlog(fits=(24, 25, 26, 27), people=people)
    hand_over_all(NOW)
    assert handed_over() == [people[3]]
    hand_over_all(NOW + DAY)
    assert set(handed_over()) == {people[3], people[2], people[0]}


def test_of_those_who_come_at_once_the_best_have_the_room():
    [rep] = a_team_that_takes(2, people=1)
    people = [a_contact() for _ in range(6)]
    for person, fit in zip(people, (21, 26, 22, 23, 25, 24), strict=True):
        a_score(person, fit=fit)
    hand_over_all(NOW)
    assert handed_over() == [people[place] for place in (1, 4, 5, 3, 2, 0)]
    assert [lead.contact for lead in Lead.objects.filter(owner=rep)] == [people[1], people[4]]


def test_a_team_that_takes_its_leads_itself_gets_no_more_than_it_has_room_for():
    [rep] = a_team_that_takes(2, people=1)
    TeamTerms.objects.update(handing=TeamTerms.Handing.PULL)
    Pool.objects.update(team=rep.team)
    a_backlog(fits=(21, 25, 23))
    hand_over_all(NOW)
    assert len(handed_over()) == 2
    assert not Lead.objects.exclude(owner=None).exists()
    assert placed_of([a_qualified_contact()]) == []


def placed_of(people: list, *, most: int = 1000) -> list[int]:
    cases = cases_of([person.pk for person in people], {})
    return who_has_a_place(cases, at=NOW, most=most, left=room_now(at=NOW).left)


def test_a_pool_of_people_who_have_left_holds_nobody_back():
    north, _ = two_pools(1, 2)
    User.objects.filter(pk=north.pk).update(is_active=False)
    people = people_of("North", 3)
    assert placed_of(people) == [one.pk for one in people[:2]]
    assert room_now(at=NOW).members == 1


def test_who_has_a_place_is_asked_of_all_at_once(django_assert_num_queries):
    north, _ = two_pools(1, 2)
    owned = a_qualified_contact(company=a_company(region="North", owner=north))
    for count in (2, 20):
        people = [*people_of("North", count), *people_of("South", count), owned]
        with django_assert_num_queries(24):
            placed = placed_of(people)
        assert placed == [one.pk for one in (people[0], *people[count : count + 2], owned)]


def test_where_no_limit_is_known_all_come():
    a_team_that_takes(None)
    a_backlog(fits=(21, 22, 23))
    assert room_now(at=NOW) == Room(members=2, there=2, left=None, a_day=None)
    hand_over_all(NOW)
    assert len(handed_over()) == 3


def test_who_publishes_is_told_what_room_there_is(marketer_client, django_assert_max_num_queries):
    url = reverse("sales-room")
    assert "nobody in a pool" in marketer_client.get(url).content.decode()
    a_team_that_takes(4, people=3)
    with django_assert_max_num_queries(20):
        page = marketer_client.get(url).content.decode()
    assert "of 3 people in routing" in page
    assert "they take 12 a day" in page
    without_limit = {"room": Room(members=2, there=2, left=None, a_day=None)}
    assert "all come at once" in render_to_string("worklists/_sales_room.html", without_limit)
