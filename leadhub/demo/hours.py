"""When people in the demo world are at their desks, in the organisation's zone."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.conf import settings

OPENS, CLOSES = time(9), time(17, 30)
HOURS_A_DAY = 8.5


def opening(day: date) -> datetime:
    return datetime.combine(day, OPENS, settings.ORGANISATION_ZONE).astimezone(UTC)


def closing(day: date) -> datetime:
    return datetime.combine(day, CLOSES, settings.ORGANISATION_ZONE).astimezone(UTC)


def day_of(moment: datetime) -> date:
    return moment.astimezone(settings.ORGANISATION_ZONE).date()


def is_working_day(day: date) -> bool:
    return day.weekday() < 5


def business_hours_after(moment: datetime, hours: float) -> datetime:
    """The moment by which so many business hours have passed."""
    left = timedelta(hours=hours)
    day = day_of(moment)
    while True:
        if is_working_day(day):
            begins, ends = max(moment, opening(day)), closing(day)
            if begins < ends and begins + left <= ends:
                return begins + left
            left -= max(ends - begins, timedelta(0))
        day += timedelta(days=1)


def waking_moment(moment: datetime, random: Random) -> datetime:
    """A moment of about the same day at which people look at websites; seldom on a weekend."""
    day = day_of(moment)
    if not is_working_day(day) and random.random() < 0.75:
        day += timedelta(days=7 - day.weekday())
    hour = min(max(random.gauss(13, 3), 6.5), 22.5)
    start = datetime.combine(day, time(0), settings.ORGANISATION_ZONE).astimezone(UTC)
    return start + timedelta(seconds=int(hour * 3600))


def office_moment(moment: datetime, random: Random) -> datetime:
    """A moment in the office hours of the same day."""
    hours = random.uniform(0, HOURS_A_DAY)
    return opening(day_of(moment)) + timedelta(seconds=int(hours * 3600))
