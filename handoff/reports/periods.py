"""Which days a report is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Case, CharField, Q, Value, When
from django.utils.http import urlencode

LONGEST = timedelta(days=3 * 366)
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def start_of(day: date) -> datetime:
    """The instant at which the day begins in the organisation's zone."""
    day = min(max(day, EARLIEST), LATEST)
    return datetime.combine(day, time.min, tzinfo=settings.ORGANISATION_ZONE)


def end_of(day: date) -> datetime:
    """The instant at which the day after it begins."""
    return start_of(min(max(day, EARLIEST), LATEST) + timedelta(days=1))


def first_of_month(day: date, months_before: int = 0) -> date:
    months = day.year * 12 + day.month - 1 - months_before
    return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included: dates in the organisation's zone."""

    first: date
    last: date

    def holds(self, field: str) -> Q:
        """The condition that the instant in `field` lies within the period."""
        return Q(**{f"{field}__gte": start_of(self.first), f"{field}__lt": end_of(self.last)})

    @property
    def query(self) -> dict[str, str]:
        """The part of a list's address that says the same."""
        return {"since": self.first.isoformat(), "until": self.last.isoformat()}

    @property
    def address(self) -> str:
        return urlencode(self.query)

    def months(self) -> list["Period"]:
        """The calendar months that the period touches, cut to it, in order."""
        months, first = [], self.first
        while first <= self.last:
            following = first_of_month(first, -1)
            months.append(Period(first, min(self.last, following - timedelta(days=1))))
            first = following
        return months

    def month_of(self, field: str) -> Case:
        """An expression: the month, such as "Oct 2026", of the instant in `field`.

        Compares instants rather than truncating them, so that the organisation's zone costs
        nothing on a database that knows no zones.
        """
        cases = (When(month.holds(field), then=Value(month.name)) for month in self.months())
        return Case(*cases, output_field=CharField())

    @property
    def name(self) -> str:
        return f"{self.first:%b %Y}"


def lately(today: date) -> Period:
    """This month and the five before it."""
    return Period(first_of_month(today, 5), today)


def shortcuts(today: date) -> dict[str, Period]:
    """The periods that people ask for most, by name."""
    return {
        "30 days": Period(today - timedelta(days=29), today),
        "90 days": Period(today - timedelta(days=89), today),
        "6 months": lately(today),
        "12 months": Period(first_of_month(today, 11), today),
    }


def asked_for(query: Mapping[str, str], *, today: date) -> Period:
    """The period that `since` and `until` name; what is missing or senseless falls back on the last
    six months.
    """
    default = lately(today)
    first = read_date(query.get("since"), default.first)
    last = read_date(query.get("until"), default.last)
    if first > last or last - first > LONGEST:
        return default
    return Period(first, last)


def read_date(text: str | None, otherwise: date) -> date:
    """The date, if it is one that a report can be about."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return otherwise
    return day if EARLIEST <= day <= LATEST else otherwise
