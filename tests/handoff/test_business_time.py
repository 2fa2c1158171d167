"""Business hours against a slow count of seconds and minutes, through changes of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.sla.business_time import (
    Hours,
    Stretch,
    business_time,
    instant_after,
    office_hours,
    week_of,
)

BERLIN = office_hours(ZoneInfo("Europe/Berlin"))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Clocks change at midnight, by half an hour, at night, or never.
ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu",
    "America/Santiago", "Pacific/Kiritimati", "UTC",
)  # fmt: skip
# Around which clocks change somewhere, or holidays are.
STARTS = (datetime(2026, 3, 27), datetime(2026, 10, 23), datetime(2026, 12, 23),
          datetime(2026, 4, 22), datetime(2026, 9, 4), datetime(2026, 4, 3))  # fmt: skip


@st.composite
def some_hours(draw) -> Hours:
    shift = st.tuples(
        st.integers(0, 6), st.integers(0, 95).map(lambda q: q * 15), st.integers(1, 32)
    ).map(lambda s: (s[0], s[1], min(s[1] + s[2] * 15, 24 * 60)))
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    country, subdivision = draw(st.sampled_from([("", ""), ("DE", "BY"), ("US", "")]))
    return Hours(zone, week_of(draw(st.lists(shift, max_size=9))), country, subdivision)


def instants():
    return st.builds(
        lambda start, minutes: start.replace(tzinfo=UTC) + minutes * MINUTE,
        st.sampled_from(STARTS),
        st.integers(0, 3 * 24 * 60),
    )


def counts(hours: Hours, minute: datetime) -> bool:
    """Whether the wall clock shows business hours: the definition itself."""
    local = minute.astimezone(hours.zone)
    shown = local.hour * 60 + local.minute
    return hours.works_on(local.date()) and any(
        first <= shown < last for first, last in hours.week[local.weekday()]
    )


def slowly_between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    minutes = int((end - start) / MINUTE)
    return MINUTE * sum(counts(hours, start + n * MINUTE) for n in range(minutes))


@settings(max_examples=60, deadline=None)
@given(hours=some_hours(), start=instants(), length=st.integers(0, 2 * 24 * 60))
def test_the_time_between_two_instants_is_what_a_count_of_minutes_gives(hours, start, length):
    end = start + length * MINUTE
    assert hours.between(start, end) == slowly_between(hours, start, end)
    assert hours.between(end, start) == -hours.between(start, end)
    assert hours.is_open(start) == counts(hours, start)


@settings(max_examples=60, deadline=None)
@given(hours=some_hours(), start=instants(), length=st.integers(1, 20 * 60))
def test_after_is_the_first_instant_at_which_the_time_has_gone_by(hours, start, length):
    due = hours.after(start, length * MINUTE)
    if due is None:
        assert not any(hours.week)
        return
    assert hours.between(start, due) == length * MINUTE
    assert counts(hours, due - MINUTE), "the last minute before it was worked"


@settings(max_examples=40, deadline=None)
@given(
    parts=st.lists(st.tuples(some_hours(), st.integers(0, 600), st.booleans()), min_size=1,
                   max_size=4),
    start=instants(),
    length=st.integers(1, 600),
)  # fmt: skip
def test_several_calendars_one_after_another_each_count_their_own_part(parts, start, length):
    stretches, slowly, since = [], timedelta(), start
    for hours, minutes, paused in parts:
        until = since + minutes * MINUTE
        if not paused:
            stretches.append(Stretch(since, until, hours))
            slowly += slowly_between(hours, since, until)
        since = until
    assert business_time(stretches, since) == slowly
    due = instant_after(stretches, length * MINUTE)
    if due is None:
        assert slowly < length * MINUTE
    else:
        assert business_time(stretches, due) == length * MINUTE


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-03-06 16:50", 15, "2026-03-09 09:05"),  # over a weekend
        ("2026-03-07 12:00", 15, "2026-03-09 09:15"),
        ("2026-03-09 09:00", 480, "2026-03-09 17:00"),
        ("2026-03-27 16:00", 120, "2026-03-30 10:00"),  # clocks went forward
        ("2026-10-23 16:00", 120, "2026-10-26 10:00"),  # clocks went back
    ],
)
def test_office_hours(start, minutes, due):
    def local(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=BERLIN.zone)

    assert BERLIN.after(local(start), minutes * MINUTE) == local(due)


def test_an_hour_that_shows_twice_counts_twice_and_one_that_never_shows_for_nothing():
    night = Hours(BERLIN.zone, week_of([(6, 60, 240)]))
    back, forward = (
        datetime(2026, 10, 25, tzinfo=BERLIN.zone),
        datetime(2026, 3, 29, tzinfo=BERLIN.zone),
    )
    assert night.between(back, back + 24 * HOUR) == 4 * HOUR
    assert night.between(forward, forward + 24 * HOUR) == 2 * HOUR


def test_holidays_are_those_of_the_part_of_the_country():
    epiphany = date(2026, 1, 6)
    week = week_of((day, 540, 1020) for day in range(5))
    bavaria, berlin = (Hours(BERLIN.zone, week, "DE", part) for part in ("BY", "BE"))
    assert not bavaria.works_on(epiphany)
    assert berlin.works_on(epiphany)
    assert not berlin.works_on(date(2026, 12, 25))


def test_shifts_that_overlap_count_once():
    hours = Hours(BERLIN.zone, week_of([(0, 540, 720), (0, 600, 1020), (0, 1020, 1080)]))
    assert hours.week[0] == ((540, 1080),)


def test_without_a_shift_nothing_is_ever_due():
    closed = Hours(BERLIN.zone, week_of([]))
    assert closed.after(datetime(2026, 3, 2, tzinfo=UTC), MINUTE) is None


def test_working_days_before_keep_the_time_of_day():
    monday = datetime.combine(date(2026, 3, 16), time(10, 0), BERLIN.zone)
    assert BERLIN.working_days_before(monday, 10) == datetime(2026, 3, 2, 10, tzinfo=BERLIN.zone)
