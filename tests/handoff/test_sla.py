"""What runs on a lead: the response clock, the verdict clock, and management's own part."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.leads import verdicts
from handoff.leads.verdicts import accept, correct, reject
from handoff.models import (
    Assignment,
    Attempt,
    Calendar,
    Lead,
    RejectionReason,
    RepTerms,
    ServiceLevel,
    Stage,
    TeamTerms,
    WorkingHours,
)
from handoff.sla.clocks import State, clocks_of
from tests.handoff.builders import DAY, HOUR, NOW, a_lead, a_reason, a_team, a_user

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def clocks(lead: Lead, at: datetime):
    return clocks_of(Lead.objects.select_related("contact").filter(pk=lead.pk), at=at)[lead.pk]


def an_attempt(lead: Lead, at: datetime) -> Attempt:
    return Attempt.objects.create(lead=lead, kind=Attempt.Kind.CALL, by=a_user(), at=at)


def given_to(lead: Lead, user, at: datetime) -> None:
    Assignment.objects.create(lead=lead, to=user, at=at, reason=Assignment.Reason.PASSED_ON)
    Lead.objects.filter(pk=lead.pk).update(owner=user)


def a_calendar(*, zone: str = "Europe/Berlin", first: int = 9, last: int = 17, **fields):
    calendar = Calendar.objects.create(
        name=f"Calendar {Calendar.objects.count()}", time_zone=zone, **fields
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(calendar=calendar, weekday=day, starts=time(first), ends=time(last))
        for day in range(5)
    )
    return calendar


def test_a_hand_raise_is_answered_within_fifteen_business_minutes():
    lead = a_lead(hand_raised_at=NOW, hand_raise="Demo requested")
    response = clocks(lead, NOW + 5 * MINUTE).response
    assert (response.due_at, response.state) == (NOW + 15 * MINUTE, State.RUNNING)
    assert clocks(lead, NOW + 11 * MINUTE).response.state == State.DUE_SOON
    late = clocks(lead, NOW + 20 * MINUTE)
    assert (late.response.state, late.response.minutes_left) == (State.BREACHED, -5)
    assert late.is_escalated
    assert late.next is late.response


def test_what_comes_on_friday_evening_is_due_on_monday():
    friday = datetime(2026, 3, 6, 20, tzinfo=UTC)
    lead = a_lead(at=friday, hand_raised_at=friday)
    assert clocks(lead, friday + DAY).response.due_at == datetime(2026, 3, 9, 8, 15, tzinfo=UTC)


def test_only_an_attempt_stops_the_response_clock():
    lead, rep = a_lead(), a_user()
    accept(lead=lead, seen=1, by=rep, at=NOW + HOUR)
    lead.snoozed_until = NOW + 5 * DAY
    running = clocks(lead, NOW + 2 * HOUR)
    assert (running.response.state, running.response.minutes_taken) == (State.RUNNING, 120)
    assert (running.verdict.state, running.verdict.minutes_taken) == (State.MET, 60)
    an_attempt(lead, NOW + 3 * HOUR)
    answered = clocks(lead, NOW + 9 * DAY)
    assert (answered.response.state, answered.response.minutes_taken) == (State.MET, 180)
    assert answered.next is None


def test_what_is_answered_too_late_stays_breached():
    lead = a_lead(hand_raised_at=NOW)
    an_attempt(lead, NOW + 2 * HOUR)
    response = clocks(lead, NOW + DAY).response
    assert (response.state, response.minutes_taken) == (State.BREACHED, 120)
    assert not response.is_overdue


def test_who_asks_for_sales_later_is_answered_anew():
    lead = a_lead()
    an_attempt(lead, NOW + HOUR)
    Lead.objects.filter(pk=lead.pk).update(hand_raised_at=NOW + 2 * HOUR)
    assert clocks(lead, NOW + 2 * HOUR).response.due_at == NOW + 2 * HOUR + 15 * MINUTE


def test_reassignment_resets_neither_and_each_calendar_counts_its_own_part():
    lead = a_lead()
    new_york = a_user("York")
    RepTerms.objects.create(user=new_york, calendar=a_calendar(zone="America/New_York"))
    given_to(lead, new_york, NOW + HOUR)
    before = clocks(lead, NOW + 4 * HOUR)
    assert before.response.minutes_taken == 60, "New York opens at 14:00 UTC"
    after = clocks(lead, NOW + 7 * HOUR)
    assert after.response.minutes_taken == after.verdict.minutes_taken == 180
    assert after.minutes_to_assignment == 60
    assert clocks(a_lead(), NOW + HOUR).minutes_to_assignment is None


def test_a_wrong_territory_resets_nothing_and_is_no_verdict():
    lead, reason = a_lead(), a_reason(RejectionReason.Kind.REQUEUE)
    reject(lead=lead, seen=1, by=a_user(), at=NOW + HOUR, reason=reason)
    verdict = clocks(lead, NOW + 2 * HOUR).verdict
    assert (verdict.minutes_taken, verdict.stopped_at) == (120, None)


def test_waiting_for_data_pauses_both():
    lead, reason = a_lead(), a_reason(RejectionReason.Kind.BAD_DATA)
    reject(lead=lead, seen=1, by=a_user(), at=NOW + HOUR, reason=reason, note="No such number")
    paused = clocks(lead, NOW + 3 * HOUR)
    assert {paused.response.state, paused.verdict.state} == {State.PAUSED}
    assert paused.response.minutes_taken == 60
    lead.refresh_from_db()
    correct(lead=lead, seen=2, by=None, at=NOW + 4 * HOUR)
    again = clocks(lead, NOW + 5 * HOUR)
    assert again.response.minutes_taken == again.verdict.minutes_taken == 120


def test_a_lead_that_left_sales_hands_runs_no_clock():
    lead = a_lead()
    reject(lead=lead, seen=1, by=a_user(), at=NOW + HOUR, reason=a_reason())
    ended = clocks(lead, NOW + 9 * DAY)
    assert (ended.response.state, ended.verdict.state) == (State.ENDED, State.MET)
    assert ended.next is None


def test_what_sales_added_itself_has_no_promise():
    rep = a_user()
    lead = verdicts.add_lead(contact=a_lead(stage=Stage.RECYCLED).contact, by=rep, at=NOW)
    assert clocks(lead, NOW + DAY).response is None


def test_the_first_level_that_fits_counts():
    ServiceLevel.objects.create(name="Webinar", position=1, source="WEBINAR", response_minutes=30)
    ServiceLevel.objects.create(name="Best", position=2, grades="AB", response_minutes=60)
    best, webinar, other = a_lead(grade="A"), a_lead(grade="A"), a_lead(grade="D")
    webinar.contact.source = "Webinar"
    webinar.contact.save()
    assert clocks(best, NOW).response.due_at == NOW + HOUR
    assert clocks(webinar, NOW).response.due_at == NOW + HOUR / 2
    assert clocks(other, NOW).response is None


def test_the_teams_calendar_counts_where_a_rep_has_none_and_the_organisations_otherwise():
    a_calendar(first=8, is_organisations=True)
    team = a_team()
    TeamTerms.objects.create(team=team, calendar=a_calendar(first=12))
    lead = a_lead(at=NOW - 2 * HOUR)  # 08:00 in Berlin
    assert clocks(lead, NOW).response.minutes_taken == 120
    given_to(lead, a_user(team=team), lead.handed_over_at)
    assert clocks(lead, NOW + 3 * HOUR).response.minutes_taken == 60


def test_as_many_queries_for_many_leads_as_for_few():
    def queries(number: int) -> int:
        for _ in range(number):
            given_to(a_lead(), a_user(team=a_team()), NOW)
        leads = list(Lead.objects.select_related("contact"))
        with CaptureQueriesContext(connection) as captured:
            clocks_of(leads, at=NOW + HOUR)
        return len(captured)

    assert queries(2) == queries(20) == 4


ACTS = st.sampled_from(["attempt", "bad data", "correct", "requeue", "to Ada", "to Bo"])


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(acts=st.lists(st.tuples(ACTS, st.integers(0, 36 * 60)), max_size=7), raised=st.booleans())
def test_whatever_happens_the_clocks_are_what_a_count_of_minutes_gives(acts, raised):
    """Each business minute of whoever has the lead, unless it waits for data, counts."""
    ada, bo = a_user("Ada"), a_user("Bo")
    for user, zone in ((ada, "America/New_York"), (bo, "Asia/Kathmandu")):
        RepTerms.objects.create(user=user, calendar=a_calendar(zone=zone, country="US"))
    # The Friday before clocks go forward in New York.
    at = start = datetime(2026, 3, 6, 9, tzinfo=UTC)
    lead = a_lead(at=at, hand_raised_at=at if raised else None)
    owners, pauses, attempts = [(at, None)], [], []
    for act, minutes in acts:
        at += minutes * MINUTE
        lead.refresh_from_db()
        if act == "attempt":
            an_attempt(lead, at)
            attempts.append(at)
        elif act == "correct" and lead.stage == Stage.WAITING:
            correct(lead=lead, seen=lead.version, by=None, at=at)
            pauses[-1][1] = at
        elif act.startswith("to ") and lead.stage == Stage.QUEUED:
            given_to(lead, {"to Ada": ada, "to Bo": bo}[act], at)
            owners.append((at, {"to Ada": ada, "to Bo": bo}[act]))
        elif act in ("bad data", "requeue") and lead.stage == Stage.QUEUED:
            kind = {"bad data": "bad_data", "requeue": "requeue"}[act]
            Lead.objects.filter(pk=lead.pk).update(owner=None)
            reject(lead=lead, seen=lead.version, by=ada, at=at, reason=a_reason(kind), note="x")
            if act == "bad data":
                pauses.append([at, None])
            else:
                given_to(lead, None, at)
                owners.append((at, None))
    now = at + 3 * HOUR
    found = clocks(lead, now)
    zones = {None: "Europe/Berlin", ada: "America/New_York", bo: "Asia/Kathmandu"}
    response_end = min((one for one in attempts), default=now)
    assert found.response.minutes_taken == slowly(start, response_end, owners, pauses, zones)
    assert found.verdict.minutes_taken == slowly(start, now, owners, pauses, zones)


def slowly(start, end, owners, pauses, zones) -> int:
    counted, minute = 0, start
    while minute < end:
        owner = [user for since, user in owners if since <= minute][-1]
        local = minute.astimezone(ZoneInfo(zones[owner]))
        paused = any(a <= minute and (b is None or minute < b) for a, b in pauses)
        counted += not paused and local.weekday() < 5 and 9 <= local.hour < 17
        minute += MINUTE
    return counted


def shown(lead: Lead, at: datetime, **context) -> str:
    return render_to_string("handoff/_clock.html", {"clocks": clocks(lead, at), **context})


def test_the_clock_says_what_is_left():
    lead = a_lead(hand_raised_at=NOW)
    assert "15 min to respond" in shown(lead, NOW)
    assert "45 min late to respond" in shown(lead, NOW + HOUR)
    assert "over 99 h late to respond" in shown(lead, NOW + timedelta(days=30))
    an_attempt(lead, NOW + 2 * HOUR)
    assert "6 h to judge" in shown(lead, NOW + 2 * HOUR)
    both = shown(lead, NOW + 2 * HOUR, detail=True)
    assert "Answered in 2 h, late" in both
    assert render_to_string("handoff/_clock.html", {"clocks": None}).strip() == ""
