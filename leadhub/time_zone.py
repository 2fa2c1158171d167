"""The time zone in which the days of events are decided, once, when they are written.

The settings name it, and the database remembers in which one it was written. Nothing starts while
the two differ: half of the days would be those of another zone. `change` brings the database over.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from leadhub.models import WrittenTimeZone
from leadhub.records import days


def written_in() -> str | None:
    """None before the first start."""
    return WrittenTimeZone.objects.values_list("name", flat=True).first()


def remember_the_first() -> None:
    WrittenTimeZone.objects.get_or_create(only=1, defaults={"name": settings.TIME_ZONE})


def refuse_another() -> None:
    """Raises ImproperlyConfigured where the settings name another zone than the database."""
    written = written_in()
    if written not in (None, settings.TIME_ZONE):
        raise ImproperlyConfigured(
            f"TIME_ZONE is {settings.TIME_ZONE}, but the days of all events were decided in "
            f"{written}. Set TIME_ZONE={written} again, or recount all days in "
            f"{settings.TIME_ZONE} with: python manage.py change_time_zone"
        )


def refuse_another_at_start() -> None:
    """As `refuse_another`; a database that can't be asked yet is asked by everything else."""
    try:
        refuse_another()
    except DatabaseError:
        return


def change(*, said: Callable[[int, int], None]) -> int:
    """Decides the day of every event anew in the zone that the settings name, and has the contacts
    concerned tallied and scored again; returns how many events came to lie on another day.

    Killed and called again, it goes on. `said` is told how many events are done, of how many.
    """
    changed = days.decide_anew(ZoneInfo(settings.TIME_ZONE), said=said)
    WrittenTimeZone.objects.update_or_create(only=1, defaults={"name": settings.TIME_ZONE})
    return changed
