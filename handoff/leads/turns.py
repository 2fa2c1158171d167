"""Teams that pull: a rep takes the next best lead of the queue, or says why not."""

from datetime import datetime

from handoff.leads.lifecycle import NotPossible
from handoff.leads.shown import next_best
from handoff.models import Lead, PassedUp, Stage, TeamTerms


def takes_turns(user) -> bool:
    """Whether the person's team takes leads in turn, rather than being given them."""
    terms = TeamTerms.objects.filter(team=user.team_id, handing=TeamTerms.Handing.PULL)
    return bool(user.team_id) and terms.exists()


def require_turn(*, lead: Lead, by, at: datetime) -> None:
    """Raises NotPossible where a rep of a pulling team reaches past the next best lead."""
    if lead.stage != Stage.QUEUED or lead.owner_id == by.pk or not takes_turns(by):
        return
    best = next_best(by, at=at).first()
    if best is not None and best.pk != lead.pk:
        raise NotPossible(
            f"Your team takes the next best lead first: {best.person}. Accept it, or say why not."
        )


def pass_on(*, lead: Lead, by, at: datetime, why: str) -> PassedUp:
    """The rep does not take the lead and says why: the one after it is offered."""
    said = {"at": at, "why": why}
    return PassedUp.objects.update_or_create(lead=lead, by=by, defaults=said)[0]
