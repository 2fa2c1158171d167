"""Who can be given a lead now: working hours, absences, and room for more."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Q

from handoff.models import Absence, Assignment, Lead, Stage
from handoff.sla.business_time import Hours
from handoff.sla.calendars import calendars_of
from leadhub.users.models import User


@dataclass
class Colleague:
    """`new_today` and `unjudged` count up while leads are given out."""

    user: User
    hours: Hours
    absent_until: date | None
    most_new: int | None
    most_unjudged: int | None
    new_today: int
    unjudged: int

    def missing(self, at: datetime) -> str:
        """Why the person is not there; "" if they are."""
        if not self.user.is_active:
            return "has left"
        if self.absent_until is not None:
            return f"is absent until {self.absent_until:%-d %b}"
        return "" if self.hours.is_open(at) else "is not at work at this hour"

    @property
    def full(self) -> str:
        """Why the person has no room; "" if they have."""
        if self.most_new is not None and self.new_today >= self.most_new:
            return f"has had {self.new_today} of {self.most_new} new leads today"
        if self.most_unjudged is not None and self.unjudged >= self.most_unjudged:
            return f"has {self.unjudged} unjudged leads of at most {self.most_unjudged}"
        return ""

    @property
    def room(self) -> int | None:
        """For how many more leads the person has room now; None: for any number."""
        limits = ((self.most_new, self.new_today), (self.most_unjudged, self.unjudged))
        left = [most - had for most, had in limits if most is not None]
        return max(0, min(left)) if left else None

    def take(self) -> None:
        self.new_today += 1
        self.unjudged += 1


@dataclass(frozen=True)
class Staff:
    """The people asked for, by id; `why_missing` asks each only once."""

    people: dict[int, Colleague]
    at: datetime
    _missing: dict[int, str] = field(default_factory=dict)

    def why_missing(self, user_id: int) -> str:
        if user_id not in self._missing:
            self._missing[user_id] = self.people[user_id].missing(self.at)
        return self._missing[user_id]

    def there(self, user_ids: Iterable[int]) -> list[int]:
        """Those of the users who are at work."""
        return [user for user in user_ids if not self.why_missing(user)]

    def free(self, user_ids: Iterable[int]) -> list[int]:
        """Those of the users who are at work and have room."""
        return [user for user in self.there(user_ids) if not self.people[user].full]


def staff_of(user_ids: Collection[int], *, at: datetime) -> Staff:
    """How each of the people stands at that moment: six queries, however many."""
    users = User.objects.filter(pk__in=user_ids).select_related("terms", "team__terms")
    users = {user.pk: user for user in users}
    calendars = calendars_of(users)
    today = {pk: calendars.of(pk).day_of(at) for pk in users}
    absent = absences(users, today)
    new, unjudged = new_leads(users, today, calendars, at), unjudged_leads(users)
    return Staff(
        {
            pk: Colleague(
                user=user,
                hours=calendars.of(pk),
                absent_until=absent.get(pk),
                most_new=limit(user, "new_leads_a_day"),
                most_unjudged=limit(user, "unjudged_leads"),
                new_today=new[pk],
                unjudged=unjudged[pk],
            )
            for pk, user in users.items()
        },
        at,
    )


def limit(user: User, name: str) -> int | None:
    """The person's own capacity, else the team's; None: no limit."""
    for terms in (getattr(user, "terms", None), getattr(user.team, "terms", None)):
        if terms is not None and getattr(terms, name) is not None:
            return getattr(terms, name)
    return None


def absences(users: Collection[int], today: dict[int, date]) -> dict[int, date]:
    """Who is absent today, with the last day of it."""
    if not users:
        return {}
    rows = Absence.objects.filter(
        user__in=users, first_day__lte=max(today.values()), last_day__gte=min(today.values())
    )
    return {
        row.user_id: row.last_day
        for row in rows.order_by("last_day")
        if row.first_day <= today[row.user_id] <= row.last_day
    }


def new_leads(users, today: dict[int, date], calendars, at: datetime) -> Counter:
    """How many leads LeadHub gave each on their own day."""
    starts = {pk: start_of(day, calendars.of(pk)) for pk, day in today.items()}
    given = Q()
    for start in set(starts.values()):
        given |= Q(at__gte=start, to__in=[pk for pk, own in starts.items() if own == start])
    rows = Assignment.objects.filter(given, by=None, at__lte=at, to__in=users).order_by()
    return Counter(dict(rows.values_list("to").annotate(Count("lead", distinct=True))))


def start_of(day: date, hours: Hours) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=hours.zone)


def unjudged_leads(users) -> Counter:
    rows = Lead.objects.filter(stage=Stage.QUEUED, owner__in=users).order_by()
    return Counter(dict(rows.values_list("owner").annotate(Count("pk"))))
