"""How many more leads sales has room for, as routing counts it."""

from dataclasses import dataclass
from datetime import datetime

from handoff.models import Lead, PoolMember, Stage
from handoff.routing.staff import staff_of


@dataclass(frozen=True)
class Room:
    """Of the `members` of all pools that rules lead to, `there` are at work now, and routing can
    give them `left` more leads; on a day, all together take `a_day`. None: there is no limit.
    """

    members: int
    there: int
    left: int | None
    a_day: int | None


def room_now(*, at: datetime) -> Room:
    """The room at that moment: eight queries, however many people and leads.

    Leads that wait for somebody to take them have their place in it already. Without anybody in a
    pool no limit is known.
    """
    pooled = PoolMember.objects.filter(pool__rules__is_active=True)
    members = set(pooled.values_list("user", flat=True))
    if not members:
        return Room(0, 0, None, None)
    staff = staff_of(members, at=at)
    there = [person for pk, person in staff.people.items() if not staff.why_missing(pk)]
    left = total(person.room for person in there)
    if left:
        left = max(0, left - Lead.objects.filter(stage=Stage.QUEUED, owner=None).count())
    a_day = total(person.most_new for person in staff.people.values())
    return Room(len(members), len(there), left, a_day)


def total(limits) -> int | None:
    """The sum; None where one of them is no limit."""
    limits = list(limits)
    return None if None in limits else sum(limits)
