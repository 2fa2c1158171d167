"""One verdict on several leads: each has its own result, and one failure undoes no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff.inbox.work_forms import FORMS
from handoff.leads.as_seen import versions_seen
from handoff.leads.lifecycle import NotPossible, StaleDecision
from handoff.leads.shown import leads_visible_to
from handoff.leads.undo import own_verdicts, undo
from handoff.leads.verdicts import IncompleteVerdict
from handoff.models import Lead, Transition

MOST_AT_ONCE = 100
IN_BULK = ("accept", "reject", "snooze", "reassign")
DONE = {"accept": "Accepted", "reject": "Rejected", "snooze": "Snoozed", "reassign": "Reassigned"}


@dataclass(frozen=True)
class Result:
    """What became of one lead: its transition, or why there is none."""

    lead: Lead
    transition: Transition | None = None
    refusal: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.lead.person}: {self.refusal}"


def decide_each(
    *, chosen: Sequence[str], action: str, data: Mapping, by, at: datetime
) -> list[Result]:
    """`chosen` are "lead:version" as the person saw them; `data` is what the verdict's form asks.

    What is none of the person's leads is left out.
    """
    seen = versions_seen(chosen[:MOST_AT_ONCE])
    leads = leads_visible_to(by).filter(pk__in=seen)
    by_id = {lead.pk: lead for lead in leads}
    return [
        decide_one(by_id[pk], action, {**data, "seen": version}, by=by, at=at)
        for pk, version in seen.items()
        if pk in by_id
    ]


def decide_one(lead: Lead, action: str, data: dict, *, by, at: datetime) -> Result:
    form = FORMS[action](data, lead=lead)
    if not form.is_valid():
        errors = [error for errors in form.errors.values() for error in errors]
        return Result(lead, refusal=" ".join(errors))
    try:
        return Result(lead, transition=form.decide(by=by, at=at))
    except (StaleDecision, NotPossible, IncompleteVerdict) as refusal:
        return Result(lead, refusal=str(refusal))


def undo_each(*, transition_ids: list[int], by, at: datetime) -> list[Result]:
    """Takes back those of the person's own verdicts that can be, the latest first."""
    results = []
    for taken in own_verdicts(by, transition_ids[:MOST_AT_ONCE]):
        try:
            results.append(Result(taken.lead, transition=undo(taken=taken, by=by, at=at)))
        except (StaleDecision, NotPossible) as refusal:
            results.append(Result(taken.lead, refusal=str(refusal)))
    return results
