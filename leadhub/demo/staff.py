"""The people of the demo's sales team. Nobody can sign in as one of them: they have no password."""

from dataclasses import dataclass

from handoff.models import Pool, RoutingRule
from handoff.notices.inbox import choose
from leadhub.users.models import Role, Team, User

DOMAIN = "staff.example"
TEAM = "Sales"
REPS = ("Noor Adeyemi", "Linus Brandt", "Mei Castellan", "Pavel Dunmore", "Rosa Halvorsen")
MARKETER, MANAGER = "Greta Olander", "Tomas Verhoeven"


@dataclass(frozen=True)
class Staff:
    reps: list[User]
    marketer: User
    manager: User


def hire() -> Staff:
    """The reps join the team of the first logins, so that a rep who signs in sees their queue."""
    team, _ = Team.objects.get_or_create(name=TEAM)
    route_to(team)
    return Staff(
        reps=[join(name, Role.REP, team=team) for name in REPS],
        marketer=join(MARKETER, Role.MARKETER),
        manager=join(MANAGER, Role.MANAGER),
    )


def route_to(team: Team) -> None:
    """Leads wait in the team's queue, where whoever is first takes them."""
    pool = Pool.objects.create(name=f"Queue of {team}", team=team)
    RoutingRule.objects.create(name="Everyone", pool=pool)


def join(name: str, role: Role, *, team: Team | None = None) -> User:
    email = f"{name.lower().replace(' ', '.')}@{DOMAIN}"
    user = User.objects.create_user(email, role=role, name=name, team=team)
    # Nobody reads what would be sent there.
    choose(user=user, kept=(), hour=None)
    return user
