"""How a lead's clocks are told, for `handoff/_clock.html`."""

from datetime import datetime
from typing import NamedTuple

from django import template

from handoff.sla.clocks import Clock, Clocks, State

register = template.Library()

TONES = {
    State.RUNNING: "",
    State.DUE_SOON: "amber",
    State.BREACHED: "red",
    State.MET: "green",
    State.PAUSED: "",
    State.ENDED: "",
}
PAUSED = "Clocks paused"
# What is later than this is late beyond counting.
MOST_LATE_HOURS = 99


class Words(NamedTuple):
    tone: str
    text: str
    due_at: datetime | None


@register.filter
def in_business_time(minutes: int | None) -> str:
    """Business minutes as people say them: 12 min, 3 h, 3 h 20 min; from ten hours on 25 h."""
    if minutes is None:
        return "–"
    hours, rest = divmod(abs(minutes), 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h" if hours >= 10 or not rest else f"{hours} h {rest} min"


@register.filter
def most_urgent(clocks: Clocks | None) -> list[Words]:
    """The one clock that a row of a list has room for; none where nothing was promised."""
    if clocks is None:
        return []
    if clocks.next is None:
        return [words for words in each_clock(clocks) if words.text == PAUSED][:1]
    verb = "respond" if clocks.next is clocks.response else "judge"
    return [told(clocks.next, verb, "")]


@register.filter
def each_clock(clocks: Clocks | None) -> list[Words]:
    """Both clocks, the response first."""
    if clocks is None:
        return []
    named = ((clocks.response, "respond", "Answered"), (clocks.verdict, "judge", "Judged"))
    return [told(clock, verb, done) for clock, verb, done in named if clock is not None]


def told(clock: Clock, verb: str, done: str) -> Words:
    return Words(TONES[clock.state], sentence(clock, verb, done), clock.due_at)


def sentence(clock: Clock, verb: str, done: str) -> str:
    breached = clock.state == State.BREACHED
    if clock.stopped_at is not None:
        return f"{done} in {in_business_time(clock.minutes_taken)}{', late' if breached else ''}"
    if clock.state == State.PAUSED:
        return PAUSED
    if not clock.is_running:
        return f"Never {done.lower()}"
    if breached:
        return f"{lateness(-clock.minutes_left)} late to {verb}"
    return f"{in_business_time(clock.minutes_left)} to {verb}"


def lateness(minutes: int) -> str:
    if minutes > MOST_LATE_HOURS * 60:
        return f"over {MOST_LATE_HOURS} h"
    return in_business_time(minutes)
