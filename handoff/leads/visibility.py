"""Which leads a person sees: those of the own teams, those in every team's queue, and the own."""

from django.db.models import Q

from leadhub.users.models import Role, User


def visible_to(user, lead: str = "") -> Q:
    """The condition, on leads or on rows from which `lead` (such as "lead__") leads to one.

    It names the one team of a rep, rather than asking for it (`access.visible_teams`): so the
    database knows how many rows to expect, and reads the best ones by an index.
    """
    if user.role != Role.REP:
        return Q()
    seen = Q(**{f"{lead}team": None}) | Q(**{f"{lead}owner": user.pk})
    return seen | Q(**{f"{lead}team": user.team_id}) if user.team_id else seen


def whose(user) -> dict[str, int | None]:
    """Of the person all but the role that decides what they see, as values of a prepared query."""
    return {"me": user.pk, "my_team": user.team_id}


def viewer(role: str, *, me: int, my_team: int | None) -> User:
    """For whom a prepared query is put together."""
    return User(pk=me, role=role, team_id=my_team)
