"""Example objects for the routes that take arguments.

Each room lists its own in `tests/<room>/route_examples.py`:

    EXAMPLES = {
        "lead": Example(lambda world: {"pk": queued_lead(team=world.team).pk}, Scope.TEAM),
        "contact": Example(lambda world: {"pk": a_contact().pk}, Scope.EVERYONE),
    }

A route with arguments that has no example fails the tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path

from leadhub.users.models import Role, Team, User


class Scope(Enum):
    """Who, of those with the route's permission, sees the example's object."""

    TEAM = "the own team's reps only: a rep of another team gets 404"
    EVERYONE = "everyone who has the permission"


@dataclass(frozen=True)
class World:
    """Who asks: a user of each role, and a rep of another team. Objects belong to `team`."""

    team: Team
    users: dict[Role, User]
    rep_of_other_team: User

    @property
    def rep(self) -> User:
        return self.users[Role.REP]


@dataclass(frozen=True)
class Example:
    """`build(world)` makes the object and returns the route's arguments by name."""

    build: Callable[[World], dict]
    scope: Scope
    # Where a bare GET by someone with the permission is not answered by a page.
    answers: tuple[int, ...] = (200, 302, 405)


def examples() -> dict[str, Example]:
    """Every room's examples by route name."""
    found = {}
    for path in sorted(Path(__file__).parent.parent.glob("*/route_examples.py")):
        found |= import_module(f"tests.{path.parent.name}.route_examples").EXAMPLES
    return found
