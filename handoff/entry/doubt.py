"""Keeps floods of invented hand-raises from sales.

A public key can be read by anyone, who can then ask for sales under any number of invented
e-mails. So people whom nobody but public keys knows come to sales at once only while no more than
`settings.HAND_RAISES_AN_HOUR` of them ask in an hour by one source. The others wait, and marketing
releases or dismisses them. All of the hour count, also those that wait: while a flood lasts,
nobody unknown gets past it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from handoff.models import Lead, PublicHandRaise
from leadhub.records.family import family_of
from leadhub.records.models import AttributeChange, Event, Source
from scoring.models import Tally

HOUR = timedelta(hours=1)
State = PublicHandRaise.State
STOPPED = (State.WAITING, State.DISMISSED)


@transaction.atomic
def let_through(asked: Mapping[int, Tally], *, at: datetime) -> dict[int, Tally]:
    """Those of the persons who asked that may come to sales now; notes that the others wait."""
    known = known_of(asked)
    doubted = [raised for raised in origins(asked) if raised.contact_id not in known]
    judge(doubted)
    PublicHandRaise.objects.bulk_create(doubted, ignore_conflicts=True, batch_size=1000)
    waiting = {raised.contact_id for raised in doubted if raised.state == State.WAITING}
    return {person: tally for person, tally in asked.items() if person not in waiting}


def known_of(persons: Iterable[int]) -> set[int]:
    """Of whom something else than a public key said anything, and who was let through before."""
    family = dict(family_of(persons).values_list("pk", "root_id"))
    told = Q(contact__in=family) & ~Q(source__kind=Source.Kind.BROWSER)
    members: set[int] = set(
        Lead.objects.filter(contact__in=family).values_list("contact", flat=True)
    )
    for facts in (Event, AttributeChange):
        members |= set(facts.objects.filter(told).values_list("contact", flat=True).distinct())
    judged = PublicHandRaise.objects.filter(contact__in=family).exclude(state__in=STOPPED)
    members |= set(judged.values_list("contact", flat=True))
    return {family[member] or member for member in members}


def origins(asked: Mapping[int, Tally]) -> list[PublicHandRaise]:
    """Which public source each hand-raise came by, and when: the event of the tally's moment."""
    persons = {(tally.contact_id, tally.last_at): person for person, tally in asked.items()}
    events = Event.objects.filter(
        contact__in={contact for contact, _ in persons},
        occurred_at__in={moment for _, moment in persons},
        source__kind=Source.Kind.BROWSER,
        is_bot=False,
    ).order_by("-received_at")
    found = {}
    for event in events:
        person = persons.get((event.contact_id, event.occurred_at))
        if person is not None:
            found[person] = PublicHandRaise(
                contact_id=person,
                source_id=event.source_id,
                hand_raise=asked[person].signal.name,
                received_at=event.received_at,
                state=State.PASSED,
            )
    return list(found.values())


def judge(raised: list[PublicHandRaise]) -> None:
    """Has those wait that are too many in their hour. Changes the rows, saves nothing."""
    if not raised:
        return
    since = min(one.received_at for one in raised) - HOUR
    moments = defaultdict(list)
    earlier = PublicHandRaise.objects.filter(
        source__in={one.source_id for one in raised}, received_at__gt=since
    ).exclude(contact__in=[one.contact_id for one in raised])
    for source, moment in earlier.order_by("received_at").values_list("source", "received_at"):
        moments[source].append(moment)
    for one in sorted(raised, key=lambda one: (one.received_at, one.contact_id)):
        of_source = moments[one.source_id]
        place = bisect_right(of_source, one.received_at)
        if place - bisect_right(of_source, one.received_at - HOUR) >= settings.HAND_RAISES_AN_HOUR:
            one.state = State.WAITING
        of_source.insert(place, one.received_at)


def release_who_is_known(*, at: datetime) -> int:
    """Whom a trusted source got to know waits no longer; how many they were."""
    if not waiting().exists():
        return 0
    trusted = ~Q(source__kind=Source.Kind.BROWSER)
    told = (
        Event.objects.filter(trusted, contact=OuterRef("pk")),
        AttributeChange.objects.filter(trusted, contact=OuterRef("pk")),
    )
    known = PublicHandRaise.objects.filter(Q(Exists(told[0])) | Q(Exists(told[1])))
    return known.filter(state=State.WAITING).update(state=State.RELEASED, decided_at=at)


def stopped() -> QuerySet[PublicHandRaise]:
    """Those whose hand-raise sales does not hear of."""
    return PublicHandRaise.objects.filter(state__in=STOPPED)


def waiting() -> QuerySet[PublicHandRaise]:
    return PublicHandRaise.objects.filter(state=State.WAITING)


def release(*, contacts: Iterable[int], by, at: datetime) -> int:
    """Lets the hand-raises come to sales, with the next sweep; how many there were."""
    return decide(stopped().filter(contact__in=list(contacts)), State.RELEASED, by=by, at=at)


def dismiss(*, contacts: Iterable[int], by, at: datetime) -> int:
    """Says that they are spam: nobody comes to sales by them."""
    found = waiting().filter(contact__in=list(contacts))
    return decide(found, State.DISMISSED, by=by, at=at)


def dismiss_all_of(source: int, *, by, at: datetime) -> int:
    """Dismisses all that wait of one source; how many there were."""
    return decide(waiting().filter(source=source), State.DISMISSED, by=by, at=at)


def decide(rows: QuerySet[PublicHandRaise], state: str, *, by, at: datetime) -> int:
    return rows.update(state=state, decided_by=by, decided_at=at)
