"""How many more leads sales has room for, as routing counts it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

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

    Leads that wait for a pool which has room have their place in it already. Those whose pool has
    none, or nobody in it, or who have no pool, keep nobody else from a lead. Without anybody in a
    pool no limit is known.
    """
    pools = people_of_pools()
    members = set().union(*pools.values())
    if not members:
        return Room(0, 0, None, None)
    staff = staff_of(members, at=at)
    there = [staff.people[user] for user in staff.there(members)]
    left = total(person.room for person in there)
    if left:
        with_room = [pool for pool, people in pools.items() if staff.free(people)]
        left = max(0, left - queue().filter(pool__in=with_room).count())
    a_day = total(person.most_new for person in staff.people.values())
    return Room(len(members), len(there), left, a_day)


def people_of_pools() -> dict[int, set[int]]:
    """Pool → users who still work here, of the pools that rules lead to."""
    pools: dict[int, set[int]] = defaultdict(set)
    rows = PoolMember.objects.filter(pool__rules__is_active=True, user__is_active=True).order_by()
    for pool, user in rows.values_list("pool", "user"):
        pools[pool].add(user)
    return pools


def queue() -> QuerySet[Lead]:
    return Lead.objects.filter(stage=Stage.QUEUED, owner=None)


def total(limits: Iterable[int | None]) -> int | None:
    """The sum; None where one of them is no limit."""
    limits = list(limits)
    return None if None in limits else sum(limits)
