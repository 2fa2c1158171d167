"""Teams that pull: their leads wait in the queue until one of the team takes the next best."""

from handoff.models import TeamTerms
from leadhub.users.models import User


def pulls(user: User) -> bool:
    """Whether the person's team takes leads in turn, rather than being given them."""
    return TeamTerms.objects.filter(
        team=user.team_id, team__isnull=False, handing=TeamTerms.Handing.PULL
    ).exists()
