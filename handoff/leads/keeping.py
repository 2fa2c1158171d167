"""Whose a lead is, as it is logged where a person or the lifecycle changes it. What routing
decides, routing logs.
"""

from datetime import datetime

from handoff.models import Assignment, Lead, Transition


def log_new_owner(transition: Transition, lead: Lead, owner) -> None:
    """Whoever decides about a lead takes it; a requeue gives it back, also where nobody had it."""
    by, at, why = transition.by, transition.at, transition.note[:400]
    if owner is None:
        given_back_by(by, lead, why=why, at=at).save()
    elif lead.owner_id != owner.pk:
        reason = Assignment.Reason.TAKEN if owner == by else Assignment.Reason.PASSED_ON
        Assignment.objects.create(
            lead=lead, to=owner, team=owner.team, by=by, at=at, reason=reason, why=why
        )


def given_back_by(by, lead: Lead, *, why: str, at: datetime) -> Assignment:
    """Not saved; who routes leads anew finds them by it."""
    reason = Assignment.Reason.GIVEN_BACK
    return Assignment(lead=lead, at=at, by=by, reason=reason, why=why[:400])
