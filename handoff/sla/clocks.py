"""The clocks that run on a lead: how soon sales answers, and how soon it judges.

Nothing is stored of them: they are derived, when read, from the handoff, the logged attempts, the
transitions, the assignments and the calendars.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db.models import CharField, F, Value

from handoff.models import OPEN_STAGES, Assignment, Attempt, Lead, ServiceLevel, Stage, Transition
from handoff.sla.business_time import Stretch, business_time, instant_after
from handoff.sla.calendars import Calendars, calendars_of
from handoff.sla.service_levels import level_of, service_levels

MINUTE = timedelta(minutes=1)
UNJUDGED = (Stage.QUEUED, Stage.WAITING)


class State(StrEnum):
    RUNNING = "running"
    DUE_SOON = "due soon"
    BREACHED = "breached"  # also: stopped after it was due
    MET = "met"
    PAUSED = "paused"
    ENDED = "ended"  # the lead left sales' hands before it was due


@dataclass(frozen=True)
class Clock:
    """`minutes_taken` and `minutes_left` are business minutes; `minutes_left` is below 0 once
    overdue. `due_at` is None where the calendar has no working hours left, or while paused.
    """

    since: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    state: State
    minutes_taken: int
    minutes_left: int
    is_running: bool

    @property
    def is_overdue(self) -> bool:
        return self.is_running and self.state == State.BREACHED


@dataclass(frozen=True)
class Clocks:
    """Of one lead. A clock that nobody promised is None. `minutes_to_assignment` is management's
    own part of the wait, in the organisation's business minutes; None: nobody has the lead yet.
    """

    level: ServiceLevel | None
    response: Clock | None
    verdict: Clock | None
    minutes_to_assignment: int | None

    @property
    def next(self) -> Clock | None:
        """The running clock that is due first, the response before the verdict."""
        running = [clock for clock in (self.response, self.verdict) if clock and clock.is_running]
        return min(running, key=lambda clock: clock.minutes_left, default=None)

    @property
    def is_escalated(self) -> bool:
        overdue = any(clock and clock.is_overdue for clock in (self.response, self.verdict))
        return overdue and self.level.escalates


class Happening(NamedTuple):
    """A row of a lead's history: an attempt, a transition or an assignment."""

    what: str
    pk: int
    at: datetime
    from_stage: str
    to_stage: str
    user_id: int | None


def clocks_of(leads: Iterable[Lead], *, at: datetime) -> dict[int, Clocks]:
    """The clocks of each lead, by its id, as they stand at `at`: four queries for any number.

    The leads come with their contacts (select_related).
    """
    leads = list(leads)
    if not leads:
        return {}
    histories = histories_of([lead.pk for lead in leads], until=at)
    people = {lead.owner_id for lead in leads} | {
        row.user_id for rows in histories.values() for row in rows if row.what == "assignment"
    }
    calendars = calendars_of(people - {None})
    levels = service_levels()
    return {
        lead.pk: Reading(lead, histories[lead.pk], calendars, level_of(lead, levels), at).clocks()
        for lead in leads
    }


def histories_of(lead_ids: Sequence[int], *, until: datetime) -> dict[int, list[Happening]]:
    """What happened to each lead, in order. One query."""
    none = Value("", output_field=CharField())
    kinds = (
        (Attempt, "attempt", none, F("kind"), "by_id"),
        (Transition, "transition", F("from_stage"), F("to_stage"), "by_id"),
        (Assignment, "assignment", none, F("reason"), "to_id"),
    )
    rows = [
        model.objects.filter(lead__in=lead_ids, at__lte=until)
        .order_by()
        .annotate(what=Value(what, output_field=CharField()), was=was, became=became)
        .values_list("lead_id", "what", "pk", "at", "was", "became", user)
        for model, what, was, became, user in kinds
    ]
    histories = defaultdict(list)
    for lead_id, *row in rows[0].union(*rows[1:], all=True):
        histories[lead_id].append(Happening(*row))
    for history in histories.values():
        history.sort(key=lambda row: (row.at, row.pk))
    return histories


@dataclass(frozen=True)
class Reading:
    """One lead's clocks at one moment."""

    lead: Lead
    history: list[Happening]
    calendars: Calendars
    level: ServiceLevel | None
    at: datetime

    def clocks(self) -> Clocks:
        if self.level is None or self.lead.origin == Lead.Origin.SALES:
            return Clocks(None, None, None, self.minutes_to_assignment())
        return Clocks(
            self.level,
            self.response(self.level.response_minutes),
            self.verdict(self.level.verdict_minutes),
            self.minutes_to_assignment(),
        )

    def response(self, minutes: int | None) -> Clock | None:
        """From the handoff, or from the moment an open lead's person asked for sales, to the
        first attempt to reach the person after it.
        """
        since = self.lead.handed_over_at
        if self.lead.hand_raised_at is not None:
            since = max(since, self.lead.hand_raised_at)
        attempts = (row.at for row in self.rows("attempt") if row.at >= since)
        return self.clock(since, next(attempts, None), minutes)

    def verdict(self, minutes: int | None) -> Clock | None:
        """From the handoff to the verdict that still stands: one that was undone, or after which
        the lead went back to the queue, has stopped nothing.
        """
        stopped_at = None
        if self.lead.stage not in UNJUDGED:
            for row in self.rows("transition"):
                if row.from_stage == Stage.QUEUED and row.to_stage not in UNJUDGED:
                    stopped_at = row.at
            if self.lead.stage in (Stage.WITHDRAWN, Stage.EXPIRED, Stage.MERGED):
                stopped_at = None
        return self.clock(self.lead.handed_over_at, stopped_at, minutes)

    def clock(
        self, since: datetime, stopped_at: datetime | None, minutes: int | None
    ) -> Clock | None:
        if minutes is None:
            return None
        length = minutes * MINUTE
        closed_at = None if self.is_alive else self.lead.stage_since
        end = stopped_at or closed_at or self.at
        stretches = self.stretches(since)
        taken = business_time(stretches, end)
        due_at = instant_after(stretches, length)
        return Clock(
            since=since,
            due_at=due_at,
            stopped_at=stopped_at,
            state=self.state(end, due_at, length - taken, stopped_at),
            minutes_taken=taken // MINUTE,
            minutes_left=(length - taken) // MINUTE,
            is_running=stopped_at is None and self.lead.stage in OPEN_STAGES,
        )

    def state(
        self,
        end: datetime,
        due_at: datetime | None,
        left: timedelta,
        stopped_at: datetime | None,
    ) -> State:
        if due_at is not None and end > due_at:
            return State.BREACHED
        if stopped_at is not None:
            return State.MET
        if self.lead.stage == Stage.WAITING:
            return State.PAUSED
        if not self.is_alive:
            return State.ENDED
        return State.DUE_SOON if left <= self.level.due_soon_minutes * MINUTE else State.RUNNING

    @property
    def is_alive(self) -> bool:
        return self.lead.stage in (*OPEN_STAGES, Stage.WAITING)

    def rows(self, what: str) -> list[Happening]:
        return [row for row in self.history if row.what == what]

    def stretches(self, since: datetime) -> list[Stretch]:
        """From then on, in order: whoever had the lead counts with their own calendar, and the
        time in which it waited for data is left out.
        """
        found = []
        for first, until, hours in self.keepings():
            first = max(first, since)
            for start, end in self.without_pauses(first, until):
                if end is None or start < end:
                    found.append(Stretch(start, end, hours))
        return found

    def keepings(self):
        """Since when, until when (None: still), and on whose calendar the lead was somebody's."""
        assigned = [(row.at, row.user_id) for row in self.rows("assignment")]
        if not assigned:
            assigned = [(self.lead.handed_over_at, self.lead.owner_id)]
        if assigned[0][0] > self.lead.handed_over_at:
            assigned.insert(0, (self.lead.handed_over_at, None))
        ends = [*(at for at, _ in assigned[1:]), None]
        for (since, user_id), until in zip(assigned, ends, strict=True):
            yield since, until, self.calendars.of(user_id)

    def without_pauses(self, since: datetime, until: datetime | None):
        for pause_from, pause_until in self.pauses():
            if pause_until is not None and pause_until <= since:
                continue
            if until is not None and pause_from >= until:
                break
            yield since, max(pause_from, since)
            if pause_until is None:
                return
            since = pause_until
        yield since, until

    def pauses(self) -> list[tuple[datetime, datetime | None]]:
        """When the lead waited for data."""
        found = []
        for row in self.rows("transition"):
            if row.to_stage == Stage.WAITING and row.from_stage != Stage.WAITING:
                found.append((row.at, None))
            elif row.from_stage == Stage.WAITING and row.to_stage != Stage.WAITING:
                found[-1:] = [(found[-1][0], row.at)] if found else []
        return found

    def minutes_to_assignment(self) -> int | None:
        given = (row.at for row in self.rows("assignment") if row.user_id is not None)
        first = next(given, None)
        if first is None:
            return None if self.lead.owner_id is None else 0
        return self.calendars.organisation.between(self.lead.handed_over_at, first) // MINUTE
