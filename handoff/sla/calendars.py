"""On whose calendar whose time runs: the stored ones as business hours."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from django.conf import settings

from handoff.models import Calendar
from handoff.sla.business_time import Hours, office_hours, week_of
from leadhub.users.models import User

MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class Calendars:
    """`organisation` counts for the queue, and for whoever has no calendar in `by_user`."""

    organisation: Hours
    by_user: dict[int, Hours]

    def of(self, user_id: int | None) -> Hours:
        return self.by_user.get(user_id, self.organisation)


def calendars_of(user_ids: Iterable[int]) -> Calendars:
    """Each person's own calendar, else the team's, else the organisation's, else office hours in
    the organisation's zone. Two queries, however many people.
    """
    by_calendar, organisation = stored_calendars()
    terms = User.objects.filter(pk__in=list(user_ids)).values_list(
        "pk", "terms__calendar", "team__terms__calendar"
    )
    by_user = {
        user: by_calendar[own or teams] for user, own, teams in terms if (own or teams) is not None
    }
    return Calendars(organisation, by_user)


def organisations_hours() -> Hours:
    return stored_calendars()[1]


def stored_calendars() -> tuple[dict[int, Hours], Hours]:
    """Every calendar's hours by its id, and the organisation's."""
    shifts, zones, organisation = defaultdict(list), {}, None
    rows = Calendar.objects.order_by("pk").values_list(
        "pk", "is_organisations", "time_zone", "country", "subdivision",
        "hours__weekday", "hours__starts", "hours__ends",
    )  # fmt: skip
    for pk, is_organisations, zone, country, subdivision, weekday, starts, ends in rows:
        zones[pk] = ZoneInfo(zone), country, subdivision
        organisation = pk if is_organisations else organisation
        if weekday is not None:
            shifts[pk].append((weekday, minutes_of(starts), minutes_of(ends) or MIDNIGHT))
    hours = {
        pk: Hours(zone, week_of(shifts[pk]), country, subdivision)
        for pk, (zone, country, subdivision) in zones.items()
    }
    return hours, hours.get(organisation) or office_hours(settings.ORGANISATION_ZONE)


def minutes_of(shown: time) -> int:
    """Since midnight."""
    return shown.hour * 60 + shown.minute
