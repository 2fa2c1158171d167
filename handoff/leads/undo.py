"""Taking back what one has just decided, instead of being asked whether one means it.

A verdict holds at once. For ten seconds whoever gave it can take it back by another logged
transition. Whatever tells others looks only at what is `settled`.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from handoff.leads.deals import keep_to_oneself
from handoff.leads.lifecycle import NotPossible, keep_as_seen, take_back
from handoff.models import Action, Stage, Transition
from leadhub.records.models import Opportunity
from leadhub.records.outcomes import take_back_closing, take_back_opening

UNDO_SECONDS = 10
# After that a verdict is settled: an undo that came in time may still be on its way into the
# database for a moment longer.
SETTLES_AFTER = timedelta(seconds=UNDO_SECONDS + 2)

UNDOABLE = {
    Action.ACCEPT,
    Action.REJECT,
    Action.PROMOTE,
    Action.WIN,
    Action.LOSE,
    Action.SNOOZE,
    Action.REASSIGN,
}


def settled(*, at: datetime, transition: str = "") -> Q:
    """The condition on transitions (or on rows from which `transition`, such as "transition__",
    leads to one) that they stand for good: others may be told of them.
    """
    return Q(
        **{
            f"{transition}undone_at": None,
            f"{transition}undoes": None,
            f"{transition}at__lte": at - SETTLES_AFTER,
        }
    )


@transaction.atomic
def undo(*, taken: Transition, by, at: datetime) -> Transition:
    """Takes a verdict back. Raises NotPossible where it is too late or was somebody else's,
    StaleDecision where anything happened to the lead since.
    """
    _require_in_time(taken, by=by, at=at)
    lead = taken.lead
    keep_as_seen(lead=lead, seen=taken.version)
    opportunity = keep_to_oneself(lead.opportunity)
    undone = take_back(taken=taken, by=by, at=at)
    if opportunity is not None:
        _restore_deal(taken, opportunity, at=at)
    return undone


def _restore_deal(taken: Transition, opportunity: Opportunity, *, at: datetime) -> None:
    """Takes back what the verdict did to the deal, unless other leads now stand for it."""
    status = taken.before.get("company_status", "")
    others = opportunity.leads.exclude(pk=taken.lead_id)
    opened = taken.action == Action.PROMOTE and taken.before.get("opened")
    won = taken.action == Action.WIN and not others.filter(stage=Stage.WON).exists()
    lost = taken.action == Action.LOSE and opportunity.stage == Opportunity.Stage.LOST
    if opened and not others.exists():
        take_back_opening(opportunity=opportunity, status_before=status, at=at)
    elif won or lost:
        take_back_closing(opportunity=opportunity, status_before=status, at=at)


def _require_in_time(taken: Transition, *, by, at: datetime) -> None:
    if taken.by_id != by.pk or taken.action not in UNDOABLE or taken.before is None:
        raise NotPossible("This was no verdict of yours.")
    if taken.undone_at is not None:
        raise NotPossible("This is undone already.")
    if at - taken.at > timedelta(seconds=UNDO_SECONDS):
        raise NotPossible(f"The {UNDO_SECONDS} seconds are over: others may have been told.")


def own_verdicts(user, transition_ids: list[int]) -> list[Transition]:
    """Those of the transitions that the person made, the latest first."""
    made = Transition.objects.filter(by=user, pk__in=transition_ids)
    return list(made.select_related("lead__contact", "lead__opportunity").order_by("-pk"))
