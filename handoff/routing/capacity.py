"""How many more leads sales has room for, as routing counts it, and for whom of many."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone

from handoff.models import Lead, PoolMember, Stage
from handoff.routing.matching import active_rules, first_rules
from handoff.routing.owners import owners_of
from handoff.routing.staff import Staff, staff_of
from leadhub.records.models import Contact


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


def who_has_a_place(persons: Sequence[int], *, at: datetime) -> list[int]:
    """Those of the people (roots), in their order, who would not only wait for room if these came
    now: whose company somebody owns or works on, whose pool has room, or who have no pool with
    anybody in it.
    """
    rules = first_rules(persons, rules=active_rules(), day=timezone.localdate(at))
    owned = with_an_owner(persons)
    room = room_of_pools(at=at)
    placed = []
    for person in persons:
        pool = rules[person].pool_id if person in rules else None
        if person not in owned and pool in room and room[pool] is not None:
            if room[pool] == 0:
                continue
            room[pool] -= 1
        placed.append(person)
    return placed


def with_an_owner(persons: Sequence[int]) -> set[int]:
    companies = dict(
        Contact.objects.filter(pk__in=persons, company__isnull=False).values_list("pk", "company")
    )
    owners = owners_of(set(companies.values()))
    return {person for person, company in companies.items() if company in owners}


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
    """Pool → users, of the pools that rules lead to."""
    pools: dict[int, set[int]] = defaultdict(set)
    rows = PoolMember.objects.filter(pool__rules__is_active=True).order_by()
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
