"""A pool while leads are given out of it: who takes part, whose turn it is, what is stored."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from handoff.models import Pool, PoolMember, TeamTerms
from handoff.routing.rotation import LEAD, Rotation, Seat
from handoff.routing.staff import Colleague, Staff
from leadhub.users.models import User

# Who takes part in a period: [user, weight] by user.
Roster = list[list[int]]


class Turn(NamedTuple):
    """To whom a pool gives a lead. `period` is None where it was not simply their turn; `roster`
    comes with the first lead of a period.
    """

    colleague: Colleague
    period: int | None = None
    roster: Roster | None = None


@dataclass
class Sharing:
    """A pool's members and counters, in memory."""

    pool: Pool
    members: dict[int, PoolMember]
    staff: Staff
    rotation: Rotation | None = None

    @property
    def pulls(self) -> bool:
        """Whether its leads wait for somebody to take them."""
        terms = getattr(self.pool.team, "terms", None) if self.pool.team_id else None
        return terms is not None and terms.handing == TeamTerms.Handing.PULL

    def present(self) -> list[Colleague]:
        return [self.staff.people[user] for user in self.staff.there(self.members)]

    def passed_over(self) -> Iterator[str]:
        """Who can't have one now, and why."""
        for user in self.members:
            person = self.staff.people[user]
            if why := self.staff.why_missing(user) or person.full:
                yield f"{person.user} {why}"

    def give(self, *, barred: Collection[int], is_raised: bool) -> Turn | None:
        """The next lead, not to any of `barred`; None: nobody can have it.

        Who asked for sales is given to somebody who is there even where nobody who may have it has
        room.
        """
        present = self.present()
        free = [one for one in present if not one.full]
        allowed = [one for one in free if one.user.pk not in barred]
        if is_raised and not allowed:
            allowed = [one for one in present if one.user.pk not in barred]
        if not allowed:
            return None
        turn = self.in_turn(free) if allowed == free else self.out_of_turn(allowed)
        turn.colleague.take()
        return turn

    def in_turn(self, free: list[Colleague]) -> Turn:
        self.take_part([colleague.user.pk for colleague in free])
        is_first = self.rotation.turn == 0
        chosen = self.rotation.give()
        self.pool.turn = self.rotation.turn
        self.members[chosen.key].given = chosen.given
        roster = self.pool.roster if is_first else None
        return Turn(self.staff.people[chosen.key], self.pool.period, roster)

    def out_of_turn(self, allowed: list[Colleague]) -> Turn:
        """To whoever of those is owed the most; their turns in the rotation stay as they are."""
        once = Rotation(self.seat(colleague.user.pk) for colleague in allowed)
        chosen = once.give()
        once.close()
        for seat in once.seats:
            self.members[seat.key].owed = seat.owed
        if self.rotation is not None:
            for seat in self.rotation.seats:
                seat.owed = self.members[seat.key].owed
        return Turn(self.staff.people[chosen.key])

    def take_part(self, users: list[int]) -> None:
        """Makes them the rotation; where they, or a weight, changed, a new period begins."""
        roster = [[user, self.members[user].weight] for user in sorted(users)]
        if roster != self.pool.roster:
            self.close_period()
            self.pool.roster, self.pool.turn = roster, 0
            self.pool.period += 1
            self.rotation = None
        if self.rotation is None:
            seats = [self.seat(user, self.members[user].given) for user, _ in roster]
            self.rotation = Rotation(seats, self.pool.turn)

    def close_period(self) -> None:
        """What it left too little, or too much, is owed from now on."""
        weights = dict(map(tuple, self.pool.roster))
        total = sum(weights.values())
        for user, member in self.members.items():
            if user in weights and self.pool.turn:
                share = self.pool.turn * weights[user] * LEAD // total
                member.owed += share - member.given * LEAD
            member.given = 0

    def seat(self, user: int, given: int = 0) -> Seat:
        member = self.members[user]
        return Seat(user, member.weight, given, member.owed)


def lock_pools(ids: Iterable[int]) -> list[Pool]:
    """Nobody else gives out of these pools before the transaction ends."""
    pools = Pool.objects.filter(pk__in=set(ids)).order_by("pk")
    return list(pools.select_for_update(of=("self",)).select_related("team__terms"))


def lock_people(ids: Iterable[int]) -> None:
    """Nobody else gives anything to these people before the transaction ends, out of whatever pool:
    what they have is counted now.
    """
    people = User.objects.filter(pk__in=set(ids)).order_by("pk")
    list(people.select_for_update(no_key=True).values_list("pk", flat=True))


def members_of(pools: Iterable[Pool]) -> dict[int, dict[int, PoolMember]]:
    """Pool → user → membership."""
    members: dict[int, dict[int, PoolMember]] = {pool.pk: {} for pool in pools}
    for member in PoolMember.objects.filter(pool__in=members).order_by("user"):
        members[member.pool_id][member.user_id] = member
    return members


def keep(sharings: Collection[Sharing]) -> None:
    """Stores the counters."""
    Pool.objects.bulk_update(
        [sharing.pool for sharing in sharings], ["period", "turn", "roster"], batch_size=500
    )
    PoolMember.objects.bulk_update(
        [member for sharing in sharings for member in sharing.members.values()],
        ["given", "owed"],
        batch_size=500,
    )
