"""The stages of a lead, and the functions that alone move it from one to another.

A verdict names the version of the lead that the person saw. It is one conditional UPDATE: of two
people who decide at once, one hits the row, and the other is told who was first.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from handoff.leads.keeping import given_back_by, log_new_owner
from handoff.leads.ways import TRANSITIONS
from handoff.models import OPEN_STAGES, Action, Assignment, Lead, RejectionReason, Stage, Transition
from leadhub.adding import add_rows_with_ids
from leadhub.among import Among
from leadhub.records.models import Contact, Outcome
from leadhub.records.outcomes import forget_outcome, record_outcomes
from leadhub.users.models import User

# What a verdict may change of a lead: kept with its transition, so that an undo can restore it.
COLUMNS = (
    "stage", "stage_since", "owner_id", "team_id", "reason_id", "returns_on", "released_at",
    "opportunity_id", "snoozed_until", "fit_at_verdict", "pool_id", "first_verdict_at",
    "accepted_at", "judged_by_id",
)  # fmt: skip
OUTCOME_OF_ACTION = {
    Action.ACCEPT: Outcome.Kind.ACCEPTED,
    Action.REJECT: Outcome.Kind.REJECTED,
    Action.PROMOTE: Outcome.Kind.SQL,
    Action.WIN: Outcome.Kind.WON,
    Action.LOSE: Outcome.Kind.LOST,
}


class NotPossible(Exception):
    """The table has no such way: from this stage the action leads nowhere, or not there."""


class StaleDecision(Exception):
    """The lead changed after the person saw it.

    `lead` is as it is now; `since` are the transitions that the person had not seen, the oldest
    first: the first of them was made by whoever was first.
    """

    def __init__(self, lead: Lead, since: Sequence[Transition]):
        self.lead = lead
        self.since = list(since)
        super().__init__(" ".join(self.changes) or "This lead has changed.")

    @property
    def first(self) -> Transition | None:
        return self.since[0] if self.since else None

    @property
    def changes(self) -> list[str]:
        """What happened, a sentence each, such as "Ada Rep accepted it."."""
        return [transition.sentence for transition in self.since]


def stale_decision(*, lead_id: int, seen: int) -> StaleDecision:
    """What to tell the person who saw the lead at version `seen`."""
    lead = Lead.objects.get(pk=lead_id)
    since = lead.transitions.filter(version__gt=seen).select_related("by", "reason")
    return StaleDecision(lead, since.order_by("version"))


def keep_as_seen(*, lead: Lead, seen: int) -> None:
    """Until the end of the transaction nobody else decides about the lead. Raises StaleDecision
    where somebody did since.
    """
    as_seen = Lead.objects.filter(pk=lead.pk, version=seen)
    if as_seen.select_for_update(no_key=True).values_list("pk", flat=True).first() is None:
        raise stale_decision(lead_id=lead.pk, seen=seen)


def move(
    *,
    lead: Lead,
    action: Action,
    to: Stage,
    seen: int,
    by,
    at: datetime,
    reason: RejectionReason | None = None,
    note: str = "",
    kept: dict | None = None,
    **columns,
) -> Transition:
    """Moves one lead, logs it, and records the outcome, together or not at all.

    `seen` is the version on which the person decided; `columns` are what else of the lead
    changes; `kept` is what else an undo must know. A decision ends a snooze. Raises StaleDecision
    where somebody was first, NotPossible where the table has no such way; what is refused for that
    waits for no lock.
    """
    if lead.version != seen:
        raise stale_decision(lead_id=lead.pk, seen=seen)
    _require_way(lead, action, to)
    with transaction.atomic():
        return _move(
            lead, action, to, seen=seen, by=by, at=at, reason=reason, note=note, kept=kept or {},
            columns=columns,
        )  # fmt: skip


def _move(
    lead: Lead, action: Action, to: Stage, *, seen: int, by, at: datetime, reason, note: str,
    kept: dict, columns: dict,
) -> Transition:  # fmt: skip
    if to != lead.stage:
        columns["stage_since"] = at
    if reason is not None:
        columns["reason"] = reason
    columns.setdefault("snoozed_until", None)
    columns |= _verdict(lead, action, to, by=by, at=at)
    before = as_it_stands(lead) | kept
    as_seen = Lead.objects.filter(pk=lead.pk, version=seen, stage=lead.stage)
    if as_seen.update(stage=to, version=seen + 1, **columns) != 1:
        raise stale_decision(lead_id=lead.pk, seen=seen)
    transition = Transition.objects.create(
        lead=lead, version=seen + 1, from_stage=lead.stage, to_stage=to,
        by=by, at=at, reason=reason, note=note, action=action, before=before,
    )  # fmt: skip
    if "owner" in columns:
        log_new_owner(transition, lead, columns["owner"])
    opportunity = columns.get("opportunity") or lead.opportunity
    _record_outcome(transition, action, lead.contact_id, opportunity)
    lead.refresh_from_db()
    return transition


def _verdict(lead: Lead, action: Action, to: Stage, *, by, at: datetime) -> dict:
    """What the lead keeps of an acceptance or a rejection; {} for all else. A requeued lead has no
    verdict yet.
    """
    if action not in (Action.ACCEPT, Action.REJECT) or to == Stage.QUEUED:
        return {}
    accepted_at = lead.accepted_at or (at if action == Action.ACCEPT else None)
    return {
        "judged_by": by,
        "first_verdict_at": lead.first_verdict_at or at,
        "accepted_at": accepted_at,
    }


def as_it_stands(lead: Lead) -> dict:
    """The lead's columns that a verdict may change, as JSON keeps them."""
    values = {name: getattr(lead, name) for name in COLUMNS}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
    }


@transaction.atomic
def take_back(*, taken: Transition, by, at: datetime) -> Transition:
    """Restores the lead as it stood before the transition, logs that, and forgets the outcome.

    Raises StaleDecision where anything happened to the lead since, NotPossible where its contact
    has another open lead by now.
    """
    lead, seen = taken.lead, taken.version
    restored = {
        name: Lead._meta.get_field(name).to_python(taken.before[name])
        for name in COLUMNS
        if name in taken.before
    }
    try:
        with transaction.atomic():
            as_left = Lead.objects.filter(pk=lead.pk, version=seen)
            hit = as_left.update(version=seen + 1, **restored)
    except IntegrityError as conflict:
        raise NotPossible(f"{lead.contact} has another open lead by now.") from conflict
    if hit != 1:
        raise stale_decision(lead_id=lead.pk, seen=seen)
    taken.undone_at = at
    taken.save(update_fields=["undone_at"])
    forget_outcome(transition=taken.pk)
    undone = Transition.objects.create(
        lead=lead, version=seen + 1, from_stage=taken.to_stage, to_stage=restored["stage"],
        by=by, at=at, action=Action.UNDO, undoes=taken,
    )  # fmt: skip
    if lead.owner_id != restored["owner_id"]:
        log_new_owner(undone, lead, User.objects.filter(pk=restored["owner_id"]).first())
    return undone


def _require_way(lead: Lead, action: Action, to: Stage) -> None:
    if to not in TRANSITIONS[Stage(lead.stage)].get(action, ()):
        raise NotPossible(f"A lead that is {lead.get_stage_display()} can't go to {to.label}.")


def _record_outcome(transition: Transition, action: Action, contact_id: int, opportunity) -> None:
    """A requeued lead has no verdict yet; what LeadHub itself does is none."""
    kind = OUTCOME_OF_ACTION.get(action)
    if kind is None or transition.to_stage == Stage.QUEUED:
        return
    reason = transition.reason
    record_outcomes(
        [
            Outcome(
                contact_id=contact_id,
                kind=kind,
                at=transition.at,
                reason=reason.name if reason else "",
                counts_against_marketing=reason.counts_against_marketing if reason else True,
                opportunity=opportunity,
                transition=transition.pk,
            )
        ]
    )


@transaction.atomic
def move_all(
    *,
    leads: QuerySet[Lead],
    action: Action,
    at: datetime,
    limit: int,
    note: Callable[[Lead], str],
    to: Stage | None = None,
    columns: Callable[[Lead], dict] = lambda lead: {},
) -> int:
    """What LeadHub itself does to at most `limit` leads at once; how many it moved.

    Without `to` the leads stay in their stages; `columns` are what else of each changes. The rows
    are locked and their condition read again under the lock, so that a rep's verdict of the same
    moment stands.
    """
    locked = list(leads.select_for_update(of=("self",)).order_by("pk")[:limit])
    log, given_back, changed = [], [], {"stage", "version", "stage_since"}
    for lead in locked:
        had_owner, what_else = lead.owner_id is not None, columns(lead)
        step = _step(lead, action, to or Stage(lead.stage), at=at, columns=what_else)
        step.note = note(lead)
        log.append(step)
        changed |= what_else.keys()
        if had_owner and lead.owner_id is None:
            given_back.append(given_back_by(None, lead, why=step.note, at=at))
    if locked:
        Lead.objects.bulk_update(locked, changed)
        Transition.objects.bulk_create(log)
        Assignment.objects.bulk_create(given_back)
    return len(locked)


def _step(lead: Lead, action: Action, to: Stage, *, at: datetime, columns: dict) -> Transition:
    """Changes the lead in memory; gives the transition that logs it. Neither is saved."""
    _require_way(lead, action, to)
    from_stage, lead.version = lead.stage, lead.version + 1
    if to != from_stage:
        lead.stage, lead.stage_since = to, at
    for column, value in columns.items():
        setattr(lead, column, value)
    return Transition(
        lead=lead, version=lead.version, from_stage=from_stage, to_stage=to, at=at, action=action
    )


@transaction.atomic
def open_lead(*, by=None, note: str = "", **columns) -> Lead | None:
    """Writes a new lead and the transition that brought it to its first stage; None: the contact
    got another open lead meanwhile, and keeps that one.
    """
    if not lock_without_lead([columns["contact_id"]]):
        return None
    (lead_id,) = write_new([columns], by=by, note=note)
    return Lead.objects.get(pk=lead_id)


def write_new(leads: Sequence[dict], *, by=None, note: str = "") -> list[int]:
    """The same for any number of leads where this transaction knows already that none of the
    contacts has an open one (see `lock_without_lead`): their ids, in order. Each says its columns
    by their names, such as contact_id, stage and handed_over_at; all else is as by default.
    """
    by_id, accepted = by and by.pk, [lead for lead in leads if lead["stage"] == Stage.ACCEPTED]
    for lead in accepted:
        at = lead["handed_over_at"]
        lead |= {"judged_by_id": by_id, "first_verdict_at": at, "accepted_at": at}
    names = list(dict.fromkeys(chain.from_iterable(leads)))
    unsaid = {name: Lead._meta.get_field(name).get_default() for name in names}
    ids = add_rows_with_ids(Lead, names, [(unsaid | lead).values() for lead in leads])
    opening = add_rows_with_ids(
        Transition,
        ("lead_id", "version", "to_stage", "by_id", "at", "note", "action"),
        [
            (lead_id, 1, lead["stage"], by_id, lead["handed_over_at"], note, Action.HAND_OVER)
            for lead_id, lead in zip(ids, leads, strict=True)
        ],
    )
    record_outcomes(
        Outcome(
            contact_id=lead["contact_id"],
            kind=Outcome.Kind.ACCEPTED,
            at=lead["handed_over_at"],
            transition=transition,
        )
        for lead, transition in zip(leads, opening, strict=True)
        if lead["stage"] == Stage.ACCEPTED
    )
    return ids


def lock_without_lead(contact_ids: list[int]) -> list[int]:
    """Those of the contacts that are still there and have no open lead, and get none from anybody
    else before the transaction ends.
    """
    contacts = Contact.objects.filter(Among("pk", contact_ids)).order_by("pk")
    there = set(contacts.select_for_update(no_key=True).values_list("pk", flat=True))
    leads = Lead.objects.filter(Among("contact", contact_ids), stage__in=OPEN_STAGES)
    free = there.difference(leads.values_list("contact_id", flat=True))
    return [contact_id for contact_id in contact_ids if contact_id in free]
