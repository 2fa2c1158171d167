"""How many more leads sales has room for, as routing counts it, and for whom of many."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from handoff.models import Lead, PoolMember, Stage
from handoff.routing.deciding import cases_of, router_for
from handoff.routing.staff import Staff, staff_of


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

    Leads that wait for somebody have their place in it already, but for those whose pool has no
    room: they keep nobody else from a lead. Without anybody in a pool no limit is known.
    """
    pools = people_of_pools()
    members = set().union(*pools.values())
    if not members:
        return Room(0, 0, None, None)
    staff = staff_of(members, at=at)
    there = [person for pk, person in staff.people.items() if not staff.why_missing(pk)]
    left = total(person.room for person in there)
    if left:
        full = [pool for pool, people in pools.items() if not any_free(people, staff)]
        left = max(0, left - queue().exclude(pool__isnull=False, pool__in=full).count())
    a_day = total(person.most_new for person in staff.people.values())
    return Room(len(members), len(there), left, a_day)


def who_has_a_place(
    persons: Sequence[int], previous: Mapping[int, Lead], *, at: datetime
) -> list[int]:
    """Those of the people (roots), in their order, who would not only wait for room if these came
    now: who have an owner that can have them, whose pool has room, or who have no pool with anybody
    in it. `previous` is person → their lead before.
    """
    cases = cases_of(persons, previous)
    router = router_for(cases, at=at, locking=False)
    room = room_of_pools(at=at)
    placed = []
    for case in cases:
        rule = router.rules.get(case.person_id)
        left = room.get(rule.pool_id) if rule else None
        if left is not None and not router.is_owned(case):
            if left == 0:
                continue
            room[rule.pool_id] -= 1
        placed.append(case.person_id)
    return placed


def room_of_pools(*, at: datetime) -> dict[int, int | None]:
    """Pool → for how many more leads those of it have room who are at work, less those that wait
    for it; None: for any number.
    """
    pools = people_of_pools()
    staff = staff_of(set().union(*pools.values()), at=at)
    waiting = dict(queue().order_by().values_list("pool").annotate(Count("pk")))
    room = {}
    for pool, people in pools.items():
        left = total(staff.people[user].room for user in people if not staff.why_missing(user))
        room[pool] = left and max(0, left - waiting.get(pool, 0))
    return room


def people_of_pools() -> dict[int, set[int]]:
    """Pool → users who still work here, of the pools that rules lead to."""
    pools: dict[int, set[int]] = defaultdict(set)
    rows = PoolMember.objects.filter(pool__rules__is_active=True, user__is_active=True).order_by()
    for pool, user in rows.values_list("pool", "user"):
        pools[pool].add(user)
    return pools


def any_free(people: Iterable[int], staff: Staff) -> bool:
    return any(not staff.why_missing(user) and not staff.people[user].full for user in people)


def queue() -> QuerySet[Lead]:
    return Lead.objects.filter(stage=Stage.QUEUED, owner=None)


def total(limits: Iterable[int | None]) -> int | None:
    """The sum; None where one of them is no limit."""
    limits = list(limits)
    return None if None in limits else sum(limits)
