"""The demo world goes on while LeadHub runs: somebody always does something, by the same intake.

Nothing is remembered from minute to minute: what the queue lacks is added, and when it is full,
the demo's reps work it down. Whoever signs in has the rest to themselves.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from django.db.models import F, QuerySet

from handoff.leads import verdicts, work_log
from handoff.leads.lifecycle import NotPossible, StaleDecision
from handoff.models import Attempt, Lead, RejectionReason, Stage
from handoff.sla.clocks import clocks_of
from leadhub.demo import calls
from leadhub.demo.calls import Call
from leadhub.demo.cohorts import NEWS, PAGES, WEBINARS
from leadhub.demo.models import DemoWorld
from leadhub.demo.sales import NOT_ICP
from leadhub.records.models import Source, UserId
from leadhub.users.models import Role, User

# Between these many leads wait in the queue, whatever the hour.
LEAST, MOST = 30, 52
A_MINUTE = 3
WORTH_ACCEPTING = 35


def go_on(*, at: datetime) -> None:
    """A minute of the demo world; nothing where there is none."""
    world = DemoWorld.objects.exclude(ready_at=None).first()
    if world is None:
        return
    random = Random(f"{world.seed}/{at:%Y-%m-%d %H:%M}")
    told = [*passing(random, at)]
    if queue().count() < LEAST:
        told += interested(reader(random), random, at)
    if not hand_raise_waits(at=at):
        told += asking(reader(random), at)
    sources = dict(Source.objects.filter(name__in=calls.SOURCES).values_list("name", "pk"))
    calls.deliver(calls.numbered(told, prefix=f"demo-{at:%y%m%d%H%M}"), sources=sources, until=at)
    work_down(world, random, at=at)


def queue() -> QuerySet[Lead]:
    return Lead.objects.filter(stage=Stage.QUEUED)


def anyone(random: Random) -> UserId:
    """Of the demo world."""
    people = UserId.objects.filter(value__startswith="demo-").order_by("value")
    return people[random.randrange(people.count())]


def reader(random: Random) -> UserId:
    """Somebody who fits, and whom sales has never heard of."""
    readers = UserId.objects.filter(value__startswith="demo-", value__contains="-reader-")
    unheard = readers.filter(contact__leads=None).order_by("value")
    return unheard[random.randrange(unheard.count())]


def passing(random: Random, at: datetime) -> Iterable[Call]:
    """Some look at a page, some click in a letter."""
    for number in range(random.randint(1, A_MINUTE)):
        user, moment = anyone(random).value, at - timedelta(seconds=5 + 9 * number)
        if random.random() < 0.5:
            yield calls.page(moment, random.choice(PAGES["website"]), device=f"{user}-browser",
                             user=user)  # fmt: skip
        else:
            yield calls.track(moment, "Email Link Clicked", user=user, link=random.choice(NEWS))


def interested(person: UserId, random: Random, at: datetime) -> Iterable[Call]:
    """Enough at once to become an MQL."""
    user = person.value
    yield calls.track(at - timedelta(minutes=9), "Webinar Booked", user=user,
                      webinar=random.choice(WEBINARS))  # fmt: skip
    for minutes in (6, 4, 2):
        yield calls.page(at - timedelta(minutes=minutes), "/pricing", device=f"{user}-browser",
                         user=user)  # fmt: skip


def asking(person: UserId, at: datetime) -> Iterable[Call]:
    yield calls.track(at - timedelta(seconds=3), "Demo Requested", user=person.value)


def hand_raise_waits(*, at: datetime) -> bool:
    """Whether somebody in the queue asked for sales whom one could still answer in time."""
    raised = list(queue().filter(hand_raised_at__isnull=False).select_related("contact", "owner"))
    clocks = [clocks.response for clocks in clocks_of(raised, at=at).values()]
    return any(clock and clock.is_running and not clock.is_overdue for clock in clocks)


def work_down(world: DemoWorld, random: Random, *, at: datetime) -> None:
    """The demo's reps judge the oldest leads of demo people, by fit, while too many wait."""
    too_many = queue().count() - MOST
    if too_many <= 0:
        return
    reps = list(User.objects.filter(pk__in=world.made.get("users.User", ()), role=Role.REP))
    theirs = queue().filter(contact__user_ids__value__startswith="demo-", owner=None)
    theirs |= queue().filter(contact__user_ids__value__startswith="demo-", owner__in=reps)
    oldest = theirs.select_related("contact", "owner", "opportunity").order_by(
        F("handed_over_at").asc(), "pk"
    )
    for lead in oldest.distinct()[:too_many] if reps else ():
        judge(lead, lead.owner or random.choice(reps), at=at)


def judge(lead: Lead, rep: User, *, at: datetime) -> None:
    """Whoever was faster than the rep is right."""
    try:
        if lead.fit >= WORTH_ACCEPTING:
            work_log.log_attempt(lead=lead, kind=Attempt.Kind.CALL, by=rep, at=at)
            verdicts.accept(lead=lead, seen=lead.version, by=rep, at=at)
        else:
            reason = RejectionReason.objects.get(name=NOT_ICP)
            verdicts.reject(lead=lead, seen=lead.version, by=rep, at=at, reason=reason)
    except (StaleDecision, NotPossible):
        pass
