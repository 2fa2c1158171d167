"""Lives the year through, step by step, as LeadHub would have: what comes in becomes facts, facts
become scores, scores become leads, and reps judge them, each at its own time.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from operator import attrgetter

from django.db import transaction
from django.db.models import Max

from handoff.handover import hand_over
from handoff.notices.alerts import notice_customers
from leadhub import nightly
from leadhub.demo import calls, campaign, definitions
from leadhub.demo.calls import Call
from leadhub.demo.hours import day_of, office_moment
from leadhub.demo.people import DAYS, Story
from leadhub.demo.sales import Sales
from leadhub.intake.digest import digest_pending
from leadhub.records.models import Contact
from scoring import runs, source, work
from scoring.freshening import score_stale
from scoring.source import Range
from scoring.versions import definitions_in_use

# How long a step is, by how long before the end it begins: (days before the end, days a step).
Paces = tuple[tuple[int, float], ...]
PACES: Paces = ((DAYS, 14.0), (84, 5.0), (8, 1.0))
LAST_HOURS = (24, 12, 6, 3, 1)
# The second version goes live shortly before the campaign that it is made for.
PUBLISHED_BEFORE_CAMPAIGN = timedelta(days=5)
SCORED_AT_ONCE = 5_000
# How much of it is done, of 1, and the moment that it has come to.
Progress = Callable[[float, datetime], None]


def live(
    story: Story,
    told: list[Call],
    sales: Sales,
    *,
    sources: Mapping[str, int],
    progress: Progress,
    paces: Paces = PACES,
) -> None:
    """Lives from the first moment of the story to the last; `told` is in order of time."""
    coming = deque(told)
    changes_at = campaign.begins(story) - PUBLISHED_BEFORE_CAMPAIGN
    moments = sorted({*steps(story, paces), *story.moments})
    for number, at in enumerate(moments, start=1):
        with transaction.atomic():
            sales.work(until=at)
            sent = [coming.popleft() for _ in range(bisect_right(coming, at, key=attrgetter("at")))]
            calls.deliver(sent, sources=sources, until=at)
            if coming_version_is_due(at, changes_at):
                publish_second(sales, at)
            live_step(at)
            sales.notice_new_leads()
        progress(number / len(moments), at)


def coming_version_is_due(at: datetime, changes_at: datetime) -> bool:
    return at >= changes_at and not definitions.is_second_published()


def publish_second(sales: Sales, at: datetime) -> None:
    """With the run over everyone that it takes."""
    definitions.publish_second(by=sales.staff.marketer, at=at)
    while runs.work_on_next_chunk(at=at):
        pass


def steps(story: Story, paces: Paces) -> Iterator[datetime]:
    """Ever shorter ones, in office hours; on the last day some hours each; the last moment last."""
    random = story.random("steps")
    ends = [days for days, _ in paces[1:]] + [1]
    for (days, pace), end in zip(paces, ends, strict=True):
        while days > end:
            yield max(story.first, office_moment(story.last - timedelta(days=days), random))
            days -= pace
    for hours in LAST_HOURS:
        yield story.last - timedelta(hours=hours)
    yield story.last


def live_step(at: datetime) -> None:
    """What LeadHub's workers do by themselves: what only time brings, and what came in."""
    everyone = Range(1, Contact.objects.aggregate(last=Max("pk"))["last"] or 0)
    for definition in definitions_in_use():
        if due := source.due(everyone, definition.pk, day_of(at)):
            work.score(due, definition=definition, cause="time", at=at)
    while digest_pending(at=at):
        pass
    while score_stale(at=at, limit=SCORED_AT_ONCE):
        pass
    hand_over(at=at)
    notice_customers(at=at)
    nightly.purge_received_batches(at=at)
