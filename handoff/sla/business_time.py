"""Business hours, exact to the second through every change of clocks. Knows no Django.

An instant is in business hours when the wall clock of the zone, at that instant, shows a time
within a shift of a working day. Where clocks go back, an hour that shows twice counts twice; where
they go forward, the hour that never shows counts for nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

ZERO = timedelta()
DAY = timedelta(days=1)
# Zones lie less than this from UTC.
FARTHEST = timedelta(hours=15)
# Nobody closes for longer: a calendar without a shift in so many days has none.
LONGEST_CLOSED = 400
WORKING_DAYS = range(5)

# From and until, in minutes since midnight of the wall clock.
Shift = tuple[int, int]


@dataclass(frozen=True)
class Hours:
    """A week's shifts (Monday first, none overlapping) in a zone, without a country's holidays."""

    zone: ZoneInfo
    week: tuple[tuple[Shift, ...], ...]
    country: str = ""
    subdivision: str = ""

    def works_on(self, day: date) -> bool:
        """Whether there is a shift on that day of the zone's calendar."""
        return bool(self.week[day.weekday()]) and day not in holidays_of(
            self.country, self.subdivision, day.year
        )

    def is_open(self, at: datetime) -> bool:
        return any(start <= at < end for start, end in self.openings(self.day_of(at)))

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def openings(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The day's business hours as instants (UTC), in order."""
        return openings(self, day)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much business time lies between two instants; negative where the first is later."""
        if end < start:
            return -self.between(end, start)
        return sum(
            (
                max(min(end, closes) - max(start, opens), ZERO)
                for day in days(self.day_of(start), self.day_of(end))
                for opens, closes in self.openings(day)
            ),
            ZERO,
        )

    def after(self, start: datetime, length: timedelta) -> datetime | None:
        """The first instant at which so much business time has gone by; None: never."""
        day, closed_days = self.day_of(start), 0
        while closed_days < LONGEST_CLOSED:
            closed_days += 1
            for opens, closes in self.openings(day):
                closed_days = 0
                available = max(closes - max(opens, start), ZERO)
                if available >= length:
                    return max(opens, start) + length
                length -= available
            day += DAY
        return None

    def working_days_before(self, at: datetime, number: int) -> datetime:
        """The same time of day, so many working days earlier; without any, so many days."""
        local, closed_days = at.astimezone(self.zone), 0
        while number:
            local -= DAY
            closed_days = 0 if self.works_on(local.date()) else closed_days + 1
            number -= closed_days == 0 or closed_days > LONGEST_CLOSED
        return local.astimezone(UTC)


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


@lru_cache(maxsize=50_000)
def openings(hours: Hours, day: date) -> tuple[tuple[datetime, datetime], ...]:
    if not hours.works_on(day):
        return ()
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = []
    for since, until, offset in offsets(hours.zone, midnight - FARTHEST, midnight + DAY + FARTHEST):
        for first, last in hours.week[day.weekday()]:
            opens = max(midnight + timedelta(minutes=first) - offset, since)
            closes = min(midnight + timedelta(minutes=last) - offset, until)
            if opens < closes:
                found.append((opens, closes))
    return tuple(sorted(found))


def offsets(
    zone: ZoneInfo, start: datetime, end: datetime
) -> list[tuple[datetime, datetime, timedelta]]:
    """The stretches between two instants with the zone's offset in each: at most one change lies
    between instants that are so near.
    """
    before, after = offset_at(zone, start), offset_at(zone, end)
    if before == after:
        return [(start, end, before)]
    earliest, latest = start, end
    while latest - earliest > timedelta(seconds=1):
        middle = earliest + (latest - earliest) // 2
        middle = middle.replace(microsecond=0)
        if offset_at(zone, middle) == before:
            earliest = middle
        else:
            latest = middle
    return [(start, latest, before), (latest, end, after)]


def offset_at(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset()


@lru_cache(maxsize=2_000)
def holidays_of(country: str, subdivision: str, year: int) -> frozenset[date]:
    """The public holidays of a year; none without a country."""
    if not country:
        return frozenset()
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    return frozenset(found)


def week_of(shifts: Iterable[tuple[int, int, int]]) -> tuple[tuple[Shift, ...], ...]:
    """A week from (weekday, from, until) in minutes; shifts that overlap become one."""
    week: list[list[Shift]] = [[] for _ in range(7)]
    for weekday, first, last in sorted(shifts):
        same_day = week[weekday]
        if same_day and first <= same_day[-1][1]:
            same_day[-1] = (same_day[-1][0], max(last, same_day[-1][1]))
        else:
            same_day.append((first, last))
    return tuple(map(tuple, week))


def office_hours(zone: ZoneInfo) -> Hours:
    """Monday to Friday from nine to five: where nobody has said otherwise."""
    return Hours(zone, week_of((weekday, 9 * 60, 17 * 60) for weekday in WORKING_DAYS))


@dataclass(frozen=True)
class Stretch:
    """A part of a clock's time in which one calendar counts; `until` None: from then on."""

    since: datetime
    until: datetime | None
    hours: Hours


def business_time(stretches: Sequence[Stretch], until: datetime) -> timedelta:
    """How much business time went by in the stretches up to an instant."""
    return sum(
        (
            stretch.hours.between(stretch.since, min(until, stretch.until or until))
            for stretch in stretches
            if stretch.since < until
        ),
        ZERO,
    )


def instant_after(stretches: Sequence[Stretch], length: timedelta) -> datetime | None:
    """The instant at which so much business time has gone by in the stretches; None: never."""
    for stretch in stretches:
        if stretch.until is None:
            return stretch.hours.after(stretch.since, length)
        here = stretch.hours.between(stretch.since, stretch.until)
        if here >= length:
            return stretch.hours.after(stretch.since, length)
        length -= here
    return None
