"""Who lives in the demo world: people, where they work, and what only the demo knows of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from random import Random

from leadhub.demo import calls
from leadhub.demo.calls import Call
from leadhub.demo.hours import waking_moment

# How long the story is.
DAYS = 364


class Truth(IntEnum):
    """What would become of a person if sales judged without error."""

    NOT_FOR_US = 0
    WORTH_A_TALK = 1
    OPPORTUNITY = 2
    BUYER = 3


class Fate(StrEnum):
    """What sales does about somebody, whatever it thinks of them."""

    LEFT = "left"  # waits in the queue
    LATER = "later"  # rejected: bad timing
    BAD_DATA = "bad data"
    WON = "won"


@dataclass(frozen=True)
class Firm:
    name: str
    domain: str
    traits: dict


@dataclass(frozen=True)
class Person:
    """`user`: the userId under which the demo's sources know the person."""

    user: str
    email: str
    traits: dict
    firm: Firm | None
    truth: Truth = Truth.NOT_FOR_US

    @property
    def device(self) -> str:
        return f"{self.user}-browser"


@dataclass
class Story:
    """What happens, and to whom; filled by each part of the world in turn."""

    seed: int
    first: datetime
    last: datetime
    people: dict[str, Person] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    introduced: set[str] = field(default_factory=set)
    # Whom sales deals with as told, not by its own judgement: by user.
    fates: dict[str, Fate] = field(default_factory=dict)
    # After what LeadHub is to notice at once, not with the next step.
    moments: list[datetime] = field(default_factory=list)

    def random(self, purpose: str) -> Random:
        return Random(f"{self.seed}/{purpose}")

    def tell(self, call: Call) -> None:
        """Nothing is told of the time before or after the story."""
        if self.first <= call.at <= self.last:
            self.calls.append(call)

    def introduce(self, person: Person, at: datetime) -> bool:
        """The person says who they are; their company is described the first time only.

        Whether that falls into the story: nothing else is to be told of anyone else.
        """
        if not self.first <= at <= self.last:
            return False
        traits = {"email": person.email, **person.traits}
        if person.firm and person.firm.domain not in self.introduced:
            self.introduced.add(person.firm.domain)
            traits["company"] = {"name": person.firm.name, **person.firm.traits}
        self.people[person.user] = person
        self.tell(calls.identify(at, user=person.user, device=person.device, traits=traits))
        return True

    def visit(self, person: Person, path: str, at: datetime, *, known: bool = True) -> None:
        """`known`: whether the website knows already who it is."""
        user = person.user if known else ""
        self.tell(calls.page(at, path, device=person.device, user=user))

    def touch(self, person: Person, event: str, at: datetime, **properties) -> None:
        self.tell(calls.track(at, event, user=person.user, **properties))

    def some_day(self, random: Random, first: datetime, days: float) -> datetime:
        """A moment within so many days, at an hour at which people are at their desks."""
        moment = waking_moment(first + timedelta(days=random.uniform(0, days)), random)
        return max(moment, first + timedelta(minutes=random.randint(1, 50)))
