"""What people decide about a lead: accept, reject, reassign, add, release, correct.

What they decide about the deal that comes of it is in `deals.py`.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from handoff.entry.candidates import previous_leads
from handoff.entry.standing import standing_of
from handoff.leads.lifecycle import Action, NotPossible, move, open_lead
from handoff.leads.turns import require_turn
from handoff.leads.ways import AFTER_REJECTION
from handoff.models import OPEN_STAGES, Lead, RejectionReason, Stage, Transition
from leadhub.records.models import Contact
from scoring.models import ContactScore, Definition

Kind = RejectionReason.Kind
FARTHEST_RETURN = timedelta(days=5 * 366)


class IncompleteVerdict(Exception):
    """`errors`: what is missing, by the name of the field."""

    def __init__(self, errors: dict[str, str]):
        self.errors = errors
        super().__init__(" ".join(errors.values()))


def missing(
    *,
    reason: RejectionReason,
    note: str,
    returns_on: date | None,
    day: date,
    lead: Lead | None = None,
) -> dict[str, str]:
    """What the reason asks for beyond itself and was not given, by the name of the field.

    `lead` is whose attempts count; None: the caller knows of them.
    """
    errors = {}
    if lead is not None and (wanted := attempts_wanted(reason, lead)):
        errors["reason"] = wanted
    if reason.note_required and not note.strip():
        errors["note"] = f"“{reason}” needs a note: say what is wrong."
    if reason.kind == Kind.TIMING and returns_on is None:
        errors["returns_on"] = f"“{reason}” needs the day on which it makes sense to try again."
    elif returns_on is not None and returns_on <= day:
        errors["returns_on"] = "This day must be in the future."
    elif returns_on is not None and returns_on > day + FARTHEST_RETURN:
        errors["returns_on"] = "This day must be within five years."
    return errors


def attempts_wanted(reason: RejectionReason, lead: Lead) -> str:
    """What the reason asks for where too few attempts are logged; "": there are enough."""
    needed = reason.attempts_required
    made = lead.attempts.count() if needed else 0
    if made >= needed:
        return ""
    times = "once" if needed == 1 else f"{needed} times"
    logged = "none is" if not made else "one is" if made == 1 else f"{made} are"
    return (
        f"“{reason}” needs somebody to have tried {times}: {logged} logged. Log an attempt first."
    )


def accept(*, lead: Lead, seen: int, by, at: datetime) -> Transition:
    """The lead is the person's own from now on. Raises NotPossible where it is not their turn."""
    require_turn(lead=lead, by=by, at=at)
    return move(
        lead=lead,
        action=Action.ACCEPT,
        to=Stage.ACCEPTED,
        seen=seen,
        by=by,
        at=at,
        owner=by,
        team=by.team or lead.team,
    )


def reject(
    *,
    lead: Lead,
    seen: int,
    by,
    at: datetime,
    reason: RejectionReason,
    note: str = "",
    returns_on: date | None = None,
) -> Transition:
    """The kind of the reason decides what comes next. Raises IncompleteVerdict."""
    columns = columns_of_return(lead=lead, reason=reason, note=note, returns_on=returns_on, at=at)
    to = AFTER_REJECTION[reason.kind]
    if to == Stage.QUEUED:
        columns |= {"owner": None, "team": None, "pool": None}
    return move(
        lead=lead,
        action=Action.REJECT,
        to=to,
        seen=seen,
        by=by,
        at=at,
        reason=reason,
        note=note,
        **columns,
    )


def columns_of_return(
    *, lead: Lead, reason: RejectionReason, note: str, returns_on: date | None, at: datetime
) -> dict:
    """The lead's columns that say from when on, and after what, the contact may come again."""
    day = timezone.localdate(at)
    errors = missing(lead=lead, reason=reason, note=note, returns_on=returns_on, day=day)
    if errors:
        raise IncompleteVerdict(errors)
    if reason.kind != Kind.TIMING:
        returns_on = day + timedelta(reason.cool_down_days) if reason.cool_down_days else None
    return {"returns_on": returns_on, "released_at": None, "fit_at_verdict": fit_now(lead)}


def fit_now(lead: Lead) -> int | None:
    """The person's fit under the live version; None where nothing is live or scored."""
    scores = ContactScore.objects.filter(
        contact=lead.person_id, definition__status=Definition.Status.LIVE
    )
    return scores.values_list("fit", flat=True).first()


def reassign(*, lead: Lead, seen: int, by, at: datetime, to, note: str = "") -> Transition:
    """To another person, and the queue of that person's team."""
    return move(
        lead=lead,
        action=Action.REASSIGN,
        to=Stage(lead.stage),
        seen=seen,
        by=by,
        at=at,
        note=f"to {to}. {note}".strip()[:1000] if note else f"to {to}",
        owner=to,
        team=to.team or lead.team,
    )


@transaction.atomic
def add_lead(*, contact: Contact, by, at: datetime, note: str = "") -> Lead:
    """A lead that a rep found: accepted at once. Raises NotPossible where one is open."""
    person = contact.root or contact
    previous = previous_leads([person.pk]).get(person.pk)
    lead = open_lead(
        by=by,
        note=note,
        contact_id=person.pk,
        stage=Stage.ACCEPTED,
        origin=Lead.Origin.SALES,
        team_id=by.team_id,
        owner_id=by.pk,
        previous_id=previous and previous.pk,
        handed_over_at=at,
        stage_since=at,
        **standing_of([person.pk], at=at).get(person.pk, {}),
    )
    if lead is None:
        raise NotPossible(f"{person} has an open lead already.")
    return lead


def release(
    *, lead: Lead, seen: int, by, at: datetime, note: str = "", returns_on: date | None = None
) -> Transition:
    """Marketing lets a disqualified contact, or one recycled three times, come again: at once, or
    from `returns_on` on.

    It comes by the re-entry rule: on a medium or high signal after the verdict.
    """
    if returns_on is not None:
        note = note or f"Back to nurture until {returns_on:%Y-%m-%d}"
    return move(
        lead=lead,
        action=Action.RELEASE,
        to=Stage(lead.stage),
        seen=seen,
        by=by,
        at=at,
        note=note or "Released by marketing",
        released_at=at,
        returns_on=returns_on,
    )


def correct(*, lead: Lead, seen: int, by, at: datetime, note: str = "") -> Transition:
    """Marketing has corrected the data: the lead goes back to the queue."""
    if lead.contact.leads.filter(stage__in=OPEN_STAGES).exclude(pk=lead.pk).exists():
        raise NotPossible(f"{lead.contact} has another open lead already.")
    return move(
        lead=lead,
        action=Action.CORRECT,
        to=Stage.QUEUED,
        seen=seen,
        by=by,
        at=at,
        note=note,
    )
