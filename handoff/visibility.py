"""Which leads a person sees: those of the own teams, those in every team's queue, and the own."""

from django.db.models import Q

from leadhub.users.access import visible_teams


def visible_to(user, lead: str = "") -> Q:
    """The condition, on leads or on rows from which `lead` (such as "lead__") leads to one."""
    return (
        Q(**{f"{lead}team": None})
        | Q(**{f"{lead}team__in": visible_teams(user)})
        | Q(**{f"{lead}owner": user})
    )
