"""Absences that people see to themselves, and the queue that a manager has routed anew."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handoff.models import Absence, Lead, Pool, PoolMember, RoutingRule
from handoff.routing.deciding import dry_run
from handoff.staffing import queue
from leadhub.users.models import Role
from tests.handoff.builders import DAY, HOUR, a_contact, a_lead, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def at_work(time_machine):
    """On a Monday at ten."""
    now = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)
    time_machine.move_to(now + timedelta(days=7 - now.weekday()), tick=False)


def days(first, last, **more) -> dict:
    return {"first_day": first.isoformat(), "last_day": last.isoformat(), **more}


def a_rule_for(*users) -> Pool:
    pool = Pool.objects.create(name="Everyone")
    PoolMember.objects.bulk_create(PoolMember(pool=pool, user=user) for user in users)
    RoutingRule.objects.create(name="All", pool=pool)
    return pool


def test_a_rep_is_away_and_routing_passes_them_over(at_work, rep_client, rep, today):
    colleague = a_user("Bo", team=rep.team)
    a_rule_for(rep, colleague)
    assert dry_run(a_contact(), at=timezone.now()).to == rep
    answer = rep_client.post("/absences", days(today, today + DAY, note="Fishing"), follow=True)
    page = answer.content.decode()
    assert "Saved: routing knows of it." in page
    assert "Everyone: 1 other takes the leads." in page
    assert dry_run(a_contact(), at=timezone.now()).to == colleague

    absence = Absence.objects.get()
    assert (absence.user, absence.note) == (rep, "Fishing")
    rep_client.post(f"/absences/{absence.pk}/cancel")
    assert not Absence.objects.exists()


def test_where_nobody_else_takes_part_it_says_so(rep_client, rep, today):
    a_rule_for(rep)
    a_lead(owner=rep)
    Absence.objects.create(user=rep, first_day=today, last_day=today)
    page = rep_client.get("/absences").content.decode()
    assert "nobody else takes part, so its leads wait in the queue" in page
    assert "1 lead waits for your verdict" in page


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (3, 1, "last_day"),
        (-5, -1, "last_day"),
        (0, 400, "last_day"),
        (5000, 5001, "last_day"),
        (10, 12, "first_day"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(rep_client, rep, today, first, last, field):
    Absence.objects.create(user=rep, first_day=today + 11 * DAY, last_day=today + 20 * DAY)
    answer = rep_client.post("/absences", days(today + first * DAY, today + last * DAY))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.content.decode().count('class="errorlist') == 1
    assert Absence.objects.count() == 1


@pytest.mark.parametrize("first", ["", "tomorrow", "9999-12-31", "0001-01-01", "2026-02-30", "\0"])
def test_days_that_are_none_are_asked_for_again(rep_client, first):
    answer = rep_client.post("/absences", {"first_day": first, "last_day": first})
    assert answer.status_code == 422
    assert not Absence.objects.exists()


def test_a_rep_speaks_only_for_themselves_and_a_manager_for_all(
    rep_client, rep_of_other_team, manager_client, today
):
    theirs = days(today, today, user=rep_of_other_team.pk)
    rep_client.post("/absences", theirs)
    assert Absence.objects.exclude(user=rep_of_other_team).delete()[0] == 1
    manager_client.post("/absences", theirs)
    absence = Absence.objects.get(user=rep_of_other_team)
    assert list(rep_client.get("/absences").context["page"]) == []
    assert rep_client.post(f"/absences/{absence.pk}/cancel").status_code == 404
    assert list(manager_client.get("/absences").context["page"]) == [absence]


def test_what_has_begun_ends_and_what_was_stays(rep_client, rep, today):
    absence = Absence.objects.create(user=rep, first_day=today - 3 * DAY, last_day=today + 3 * DAY)
    rep_client.post(f"/absences/{absence.pk}/cancel")
    absence.refresh_from_db()
    assert absence.last_day == today - DAY
    assert rep_client.post(f"/absences/{absence.pk}/cancel").status_code == 404


def test_the_queue_is_routed_with_a_result_for_each(at_work, manager_client, manager):
    left, taken = a_lead(a_contact(first_name="Left")), a_lead(owner=manager)
    before = manager_client.get("/queue")
    assert list(before.context["page"]) == [left]
    assert "It was never routed." in before.content.decode()
    unchanged = manager_client.post("/queue/route").content.decode()
    assert "0 of 1 leads found somebody; 1 wait on." in unchanged
    assert "There are no routing rules." in unchanged

    rep = a_user("Ada Quist")
    a_rule_for(rep)
    routed = manager_client.post("/queue/route").content.decode()
    assert "1 of 1 leads found somebody" in routed
    assert "The rule “All” holds" in routed
    assert Lead.objects.get(pk=left.pk).owner == rep
    assert Lead.objects.get(pk=taken.pk).owner == manager
    assert manager_client.post("/queue/route").status_code == 200


@pytest.mark.parametrize("path", ["/queue", "/absences"])
def test_each_page_costs_the_same_however_long(manager_client, path, today):
    def queries(number: int) -> int:
        for n in range(number):
            a_lead(a_contact(first_name=f"Person {n}"))
            user = a_user(f"Rep {n}", role=Role.REP)
            Absence.objects.create(user=user, first_day=today, last_day=today)
        with CaptureQueriesContext(connection) as seen:
            assert manager_client.get(path).status_code == 200
        return len(seen)

    assert queries(3) == queries(30)


def test_who_waits_for_no_pool_is_routed_first_when_it_is_asked_for(at_work, rep, monkeypatch):
    monkeypatch.setattr(queue, "AT_ONCE", 1)
    a_rule_for(rep)
    now = timezone.now()
    a_lead(at=now - HOUR, pool=Pool.objects.create(name="Nobody's"))
    without = a_lead(at=now)

    routed = queue.route_the_queue(at=now)

    assert [(one.lead, one.decision.to) for one in routed] == [(without, rep)]
