"""Whose turn it is among people of different weights. Knows no Django; integers only.

Within a period (as long as the same people take part with the same weights) each person's share is
kept within one lead of what their weight asks for, after every lead. To that end each lead that
somebody is to get has a first and a last turn, as in proportionate fairness (Baruah and others,
1996): the n-th of a person of weight w among W comes after turn (n − 1) · W / w and by turn
n · W / w, rounded outwards. Taking whoever's last turn comes first never misses one. Among the
choices that leave this possible, whoever earlier periods left too little goes first.
"""

from collections.abc import Iterable
from dataclasses import dataclass

LEAD = 1_000_000  # `owed` counts in millionths of a lead
# Above so many steps a choice would cost more than it is worth: then the deadline decides.
MOST_STEPS = 20_000


@dataclass
class Seat:
    """One who takes part: `given` in this period, `owed` from the periods before."""

    key: int
    weight: int
    given: int = 0
    owed: int = 0


class Rotation:
    """A period: `turn` leads were given since the people or their weights changed."""

    def __init__(self, seats: Iterable[Seat], turn: int = 0):
        self.seats = sorted(seats, key=lambda seat: seat.key)
        self.turn = turn
        self.total = sum(seat.weight for seat in self.seats)

    def give(self) -> Seat:
        """Gives the next lead; there must be somebody to give it to."""
        seat = self.next()
        seat.given += 1
        self.turn += 1
        return seat

    def next(self) -> Seat:
        """Whose turn it is."""
        ready = [seat for seat in self.seats if self.may_have_another(seat)]
        ready.sort(key=lambda seat: (-self.waits_for(seat), self.deadline(seat), seat.key))
        soonest = min(map(self.deadline, ready))
        return next(
            seat
            for seat in ready
            if self.deadline(seat) == soonest or self.leaves_time_for_the_rest(seat)
        )

    def close(self) -> None:
        """Ends the period: what it left too little, or too much, is owed from now on."""
        for seat in self.seats:
            share = self.turn * seat.weight * LEAD // self.total
            seat.owed += share - seat.given * LEAD
            seat.given = 0
        self.turn = 0

    def may_have_another(self, seat: Seat) -> bool:
        """Whether one more is less than one above the share."""
        return seat.given * self.total < (self.turn + 1) * seat.weight

    def deadline(self, seat: Seat) -> int:
        """The number of leads by which this person must have one more."""
        return -(-(seat.given + 1) * self.total // seat.weight)

    def waits_for(self, seat: Seat) -> int:
        """How much more the person should have, in millionths of a lead, over all periods."""
        return seat.owed + (self.turn + 1) * seat.weight * LEAD // self.total - seat.given * LEAD

    def leaves_time_for_the_rest(self, chosen: Seat) -> bool:
        """Whether, if the person gets this one, everyone can still get theirs in time."""
        given = {seat.key: seat.given + (seat is chosen) for seat in self.seats}
        # From the turn on by which all that was given would be due anyhow, there is time.
        last = max(-(-given[seat.key] * self.total // seat.weight) for seat in self.seats)
        if (last - self.turn) * len(self.seats) > MOST_STEPS:
            return False
        for turn in range(self.turn + 1, last + 1):
            due = sum(
                max(0, turn * seat.weight // self.total - given[seat.key]) for seat in self.seats
            )
            if due > turn - self.turn - 1:
                return False
        return True
