"""For whom of many somebody has room, as routing would give them one after the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from handoff.routing.capacity import people_of_pools, queue
from handoff.routing.deciding import Case, Router, router_for
from handoff.routing.staff import Staff, staff_of


def who_has_a_place(
    cases: Sequence[Case], *, at: datetime, most: int, left: int | None
) -> list[int]:
    """Those of the people, in their order and at most `most`, who would not only wait for room if
    these came now. What they leave of the room there is (`left`; None: any number) is for whoever
    has no pool with anybody in it, less those who wait already without one.
    """
    pools = people_of_pools()
    waiting = dict(queue().order_by().values_list("pool").annotate(Count("pk")))
    places = Places(router_for(cases, at=at, locking=False), pools)
    places.keep(waiting, at=at)
    placed = set()
    for case in cases:
        if len(placed) < most and places.take(case):
            placed.add(case.person_id)
    of_nobody = [case.person_id for case in cases if places.pool_of(case) not in pools]
    of_nobody = [person for person in of_nobody if person not in placed]
    room = most - len(placed)
    if left is not None:
        without = sum(count for pool, count in waiting.items() if pool not in pools)
        room = max(0, min(room, left - len(placed) - without))
    placed.update(of_nobody[:room])
    return [case.person_id for case in cases if case.person_id in placed]


@dataclass
class Places:
    """Whoever takes a place leaves one less to those after them, in whatever pool they are.
    `pools` is pool → users; `full` are those of whom nobody has room any more.
    """

    router: Router
    pools: Mapping[int, set[int]]
    full: set[int] = field(default_factory=set)

    def keep(self, waiting: Mapping[int | None, int], *, at: datetime) -> None:
        """Keeps places for those who wait for a pool already. `waiting` is pool → how many."""
        people = self.router.staff.people
        used = {user for pool in self.pools.keys() & waiting.keys() for user in self.pools[pool]}
        people |= staff_of(used - people.keys(), at=at).people
        for pool in self.pools.keys() & waiting.keys():
            for _ in range(waiting[pool]):
                if not take_one(self.pools[pool], self.router.staff):
                    break

    def take(self, case: Case) -> bool:
        """Whether an owner or the pool would give the person to somebody now, or somebody has room
        to take them.
        """
        pool = self.pool_of(case)
        staffed = pool in self.pools and pool not in self.full
        if not staffed and not self.router.owners_for(case):
            return False
        if self.router.decide(case).to is not None:
            return True
        if not staffed:
            return False
        if self.router.sharings[pool].pulls and take_one(self.pools[pool], self.router.staff):
            return True
        if not self.router.staff.free(self.pools[pool]):
            self.full.add(pool)
        return False

    def pool_of(self, case: Case) -> int | None:
        rule = self.router.rules.get(case.person_id)
        return rule and rule.pool_id


def take_one(users: Iterable[int], staff: Staff) -> bool:
    """Takes a place of whoever is there and has the most; whether anybody had one."""
    rooms = {user: staff.people[user].room for user in staff.free(users)}
    if not rooms:
        return False
    most = max(rooms, key=lambda user: (rooms[user] is None, rooms[user] or 0, -user))
    staff.people[most].take()
    return True
