"""Handing people over to sales: the only place that opens leads by itself.

State-based: whoever is to be handed over now is handed over, whichever sweep notices. Set-based:
the number of queries does not depend on the number of leads.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from handoff import upkeep
from handoff.entry import backlog, doubt
from handoff.entry.candidates import (
    best_to_hand_over,
    hand_raises,
    hand_raises_lately,
    previous_leads,
)
from handoff.entry.standing import standings_of
from handoff.leads.lifecycle import Action, lock_without_lead, move_all, write_new
from handoff.models import OPEN_STAGES, Held, Lead, SetAside, Stage
from handoff.routing import assigning, capacity, deciding, places
from handoff.routing.rerouting import route_anew
from leadhub.among import Among
from leadhub.garbage import no_garbage_collection
from leadhub.records.family import family_of
from leadhub.records.models import Freshness
from scoring.models import Definition, Tally
from scoring.versions import live_definition

# At most so many leads of each kind of change at once, where no more is said.
CHANGED_TOGETHER = 1000
# So many are looked for, and their receipts reckoned, at once: of a few it costs nearly as much.
# Who asks for sales meanwhile waits for them. So many of them are opened in one transaction, for
# whose end others may have to wait, on SQLite every writer.
RECKONED_TOGETHER = 5000
OPENED_TOGETHER = 1250
# Among so many of the backlog those are looked for whom somebody has room for.
BEST_OF_THE_BACKLOG = 5000


def hand_over(*, at: datetime) -> int:
    """Brings sales' queue up to date; how many leads it opened or changed (0: nothing is left)."""
    changed = keep_up(at=at) + hand_over_who_came(at=at)
    return changed or let_the_backlog_come(at=at)


def keep_up(*, at: datetime) -> int:
    """Changes the leads that are there; how many. It may come some seconds late."""
    live = live_definition()
    if live is None:
        return 0
    how = {"at": at, "limit": CHANGED_TOGETHER}
    return in_spite_of_each_other(
        partial(upkeep.merge, **how),
        partial(upkeep.withdraw, live=live, **how),
        partial(upkeep.expire, **how),
        partial(route_anew, **how),
    )


def in_spite_of_each_other(*steps: Callable[[], int]) -> int:
    """Takes each step, also where one before it fails; how much they did. Raises what the first
    failed with once all had their turn.
    """
    done, failures = 0, []
    for step in steps:
        try:
            done += step()
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
    return done


def hand_over_who_came(*, at: datetime) -> int:
    """Opens leads, or raises them, for who asks for sales or qualifies; how many."""
    live = live_definition()
    if live is None:
        return 0
    # Both say who must not get a new lead.
    upkeep.hold_who_was_qualified_already(live=live, at=at)
    changed = upkeep.part(at=at, limit=CHANGED_TOGETHER)
    changed += answer_hand_raises(live=live, at=at, limit=CHANGED_TOGETHER)
    return changed + hand_over_by_score(live=live, at=at)


def let_the_backlog_come(*, at: datetime) -> int:
    """Lets those come who were qualified already, the best first, as routing has room for them and
    the day's leads are fewer than the version allows. Who would only wait in the queue of a full
    pool keeps none of the others from coming.
    """
    live = live_definition()
    if live is None or not backlog.waits(live):
        return 0
    left = capacity.room_now(at=at).left
    limits = (CHANGED_TOGETHER, left, backlog.left_of_the_day(live, at=at))
    most = min(known for known in limits if known is not None)
    if most == 0:
        return 0
    best = backlog.best(live=live, at=at, limit=BEST_OF_THE_BACKLOG)
    cases = deciding.cases_of(best, previous_leads(best))
    return backlog.let_come(places.who_has_a_place(cases, at=at, most=most, left=left))


@no_garbage_collection()
def hand_over_by_score(*, live: Definition, at: datetime) -> int:
    """Opens a lead for whom the score hands over, the best first."""
    day = timezone.localdate(at)
    contact_ids = best_to_hand_over(live=live, day=day, limit=RECKONED_TOGETHER)
    if not contact_ids:
        return 0
    standings = standings_of(contact_ids, at=at)
    set_aside(standings.failures, live=live, at=at)
    best_first = [contact_id for contact_id in contact_ids if contact_id in standings.columns]
    opened = sum(
        open_for(
            best_first[first : first + OPENED_TOGETHER],
            at=at,
            columns=standings.columns,
            origin=Lead.Origin.SCORE,
        )
        for first in range(0, len(best_first), OPENED_TOGETHER)
    )
    return opened + len(standings.failures)


def set_aside(failures: Mapping[int, str], *, live: Definition, at: datetime) -> None:
    """Leaves out whose receipt can't be reckoned, until something of it changes; marketing sees
    them and why.
    """
    revisions = dict(
        Freshness.objects.filter(contact__in=failures).values_list("contact_id", "revision")
    )
    SetAside.objects.bulk_create(
        (
            SetAside(
                contact_id=contact_id,
                definition=live,
                revision=revisions[contact_id],
                at=at,
                failure=failure[:2000],
            )
            for contact_id, failure in failures.items()
        ),
        update_conflicts=True,
        unique_fields=["contact"],
        update_fields=["definition", "revision", "at", "failure"],
    )


def answer_hand_raises(*, live: Definition, at: datetime, limit: int) -> int:
    """Raises the open lead of whom asks for sales; opens one for who has none."""
    doubt.release_who_is_known(at=at)
    if not hand_raises_lately(live=live, at=at).exists():
        return 0
    every: dict[int, Tally] = {}
    for tally in hand_raises(live=live, at=at)[:limit]:
        every[tally.person] = tally
    asked = doubt.let_through(every, at=at) if every else {}
    if not asked:
        return 0
    raised = {
        person: {
            "hand_raised_at": tally.last_at,
            "hand_raise": tally.signal.name,
            "snoozed_until": None,
        }
        for person, tally in asked.items()
    }
    opened_before = Lead.objects.filter(
        contact__in=family_of(asked), stage__in=OPEN_STAGES
    ).select_related("contact")
    open_already = {lead.person_id for lead in opened_before}
    count = move_all(
        leads=opened_before,
        action=Action.RAISE,
        at=at,
        limit=limit,
        columns=lambda lead: raised[lead.person_id],
        note=lambda lead: f"Hand raised: {lead.hand_raise}",
    )
    new = raised.keys() - open_already
    # Who asks for sales is heard even where the receipt can't be reckoned.
    standings = standings_of(new, at=at).columns
    new = {person: standings.get(person, {}) | raised[person] for person in sorted(new)}
    return count + open_for(new, at=at, columns=new, origin=Lead.Origin.HAND_RAISE)


@transaction.atomic
def open_for(
    contact_ids: Iterable[int], *, at: datetime, columns: dict[int, dict], origin: Lead.Origin
) -> int:
    """Opens a lead for each contact, with its `columns`, and decides whose it is; how many."""
    contact_ids = lock_without_lead(list(contact_ids))
    if not contact_ids:
        return 0
    previous = previous_leads(contact_ids)
    is_raised = origin == Lead.Origin.HAND_RAISE
    cases = deciding.cases_of(contact_ids, previous, is_raised=is_raised)
    decisions = deciding.decide(cases, at=at)
    of_all = {"stage": Stage.QUEUED, "origin": origin, "handed_over_at": at, "stage_since": at}
    opened = write_new(
        [
            {
                **of_all,
                "contact_id": contact_id,
                "previous_id": previous[contact_id].pk if contact_id in previous else None,
                **decision.columns,
                **columns[contact_id],
            }
            for contact_id, decision in zip(contact_ids, decisions, strict=True)
        ]
    )
    assigning.log(dict(zip(opened, decisions, strict=True)), at=at)
    Held.objects.filter(Among("contact", contact_ids)).delete()
    SetAside.objects.filter(Among("contact", contact_ids)).delete()
    return len(opened)
