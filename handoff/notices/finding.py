"""What there is to tell, as queries over the state: what nobody was told of yet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import structlog
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from handoff.leads.undo import SETTLES_AFTER
from handoff.models import (
    OPEN_STAGES,
    CustomerAlert,
    Lead,
    Note,
    Notice,
    NoticeKind,
    Stage,
    Transition,
)
from handoff.notices.alerts import notice_customers, signals_of, with_owner
from handoff.notices.outbox import Telling, put
from handoff.sla.clocks import Clock, Clocks, State, clocks_of
from leadhub.users.models import Role, User

log = structlog.get_logger(__name__)

# What happened longer ago is no news: a LeadHub that was down tells nobody of last week.
NEWS_FOR = timedelta(days=1)
CLOCKS_AT_ONCE = 500
CLOCKS_WATCHED_FOR = timedelta(days=45)


def tell(*, at: datetime, limit: int = 500) -> int:
    """Writes into the outbox what is to tell of leads and answers; how many rows.

    What one kind stumbles over keeps no other from being told.
    """
    written = 0
    for find in (hand_raises, new_leads, answers) if any_lead_is_news(at=at) else (answers,):
        try:
            written += put(find(at=at, limit=limit), at=at)
        except Exception:
            log.exception("nobody could be told", what=find.__name__)
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
    return written


def any_lead_is_news(*, at: datetime) -> bool:
    """Whether anything can be to tell of leads: two lookups by index."""
    since = at - NEWS_FOR
    return Lead.objects.filter(Q(handed_over_at__gt=since) | Q(hand_raised_at__gt=since)).exists()


def settled(leads: QuerySet[Lead], *, at: datetime) -> QuerySet[Lead]:
    """Without those of which somebody decided just now."""
    just_now = Transition.objects.filter(
        lead=OuterRef("pk"), by__isnull=False, at__gt=at - SETTLES_AFTER
    )
    return leads.filter(~Exists(just_now)).select_related("contact__root__company")


def untold(kind: NoticeKind, **same) -> Q:
    """Nobody was told of it, or it has an owner since who was not."""
    told = Notice.objects.filter(lead=OuterRef("pk"), kind=kind, **same)
    new_owner = Q(owner__is_active=True) & ~Q(Exists(told.filter(person=OuterRef("owner"))))
    return ~Q(Exists(told)) | new_owner


def of_lead(lead: Lead, **what) -> Telling:
    return Telling(lead=lead.pk, path=reverse("lead", args=[lead.pk]), **what)


def new_leads(*, at: datetime, limit: int) -> Iterator[Telling]:
    """To whom each belongs, and its team's webhook."""
    leads = Lead.objects.filter(
        untold(NoticeKind.NEW_LEAD),
        stage=Stage.QUEUED,
        hand_raised_at=None,
        handed_over_at__gt=at - NEWS_FOR,
    ).order_by("-total", "pk")
    for lead in settled(leads, at=at)[:limit]:
        yield of_lead(
            lead,
            kind=NoticeKind.NEW_LEAD,
            event=f"new lead {lead.pk}",
            about=lead.handed_over_at,
            people=(lead.owner_id,) if lead.owner_id else (),
            team=lead.team_id,
            title=f"New lead: {who(lead)}",
            text=lead.why,
        )


def hand_raises(*, at: datetime, limit: int) -> Iterator[Telling]:
    """To whom the lead belongs; where it is nobody's yet, to everyone who could take it."""
    leads = Lead.objects.filter(
        untold(NoticeKind.HAND_RAISE, about=OuterRef("hand_raised_at")),
        stage__in=OPEN_STAGES,
        hand_raised_at__isnull=False,
    ).filter(Q(hand_raised_at__gt=at - NEWS_FOR) | Q(handed_over_at__gt=at - NEWS_FOR))
    found = list(settled(leads.order_by("hand_raised_at", "pk"), at=at)[:limit])
    takers = takers_of(found)
    for lead in found:
        yield of_lead(
            lead,
            kind=NoticeKind.HAND_RAISE,
            event=f"hand-raise {lead.pk} {lead.hand_raised_at.isoformat()}",
            about=lead.hand_raised_at,
            people=takers[lead.pk],
            team=lead.team_id,
            title=f"{lead.hand_raise or 'Asks for sales'}: {who(lead)}",
            text="Answer this first.",
        )


def takers_of(leads: Iterable[Lead]) -> dict[int, tuple[int, ...]]:
    """Lead → its owner, else the reps of its team, else all reps."""
    by_team = defaultdict(list)
    for pk, team in User.objects.filter(role=Role.REP, is_active=True).values_list("pk", "team"):
        by_team[team].append(pk)
        by_team[None].append(pk)
    return {
        lead.pk: (lead.owner_id,) if lead.owner_id else tuple(dict.fromkeys(by_team[lead.team_id]))
        for lead in leads
    }


def alerts(*, at: datetime, limit: int) -> Iterator[Telling]:
    """To whom the customer belongs."""
    told = Notice.objects.filter(alert=OuterRef("pk"), person=OuterRef("owner"))
    found = with_owner().filter(
        ~Exists(told), owner__isnull=False, at__gt=at - NEWS_FOR, dismissed_at=None
    )
    new: list[CustomerAlert] = list(found.select_related("contact__company")[:limit])
    did = signals_of(new)
    for alert in new:
        yield Telling(
            kind=NoticeKind.ALERT,
            event=f"alert {alert.pk}",
            about=alert.at,
            people=(alert.owner,),
            alert=alert.pk,
            title=f"Your customer {alert.contact.company}: {alert.contact}",
            text=", ".join(did.get(alert.pk, ())),
            path=reverse("contact", args=[alert.contact_id]),
        )


def answers(*, at: datetime, limit: int) -> Iterator[Telling]:
    """What marketing wrote on a lead, to who has it or judged it last."""
    told = Notice.objects.filter(
        lead=OuterRef("lead"), kind=NoticeKind.ANSWER, about=OuterRef("at")
    )
    notes = Note.objects.filter(
        ~Exists(told), by__role=Role.MARKETER, at__gt=at - NEWS_FOR
    ).select_related("by", "lead__contact__root__company")[:limit]
    judges = judges_of([note.lead_id for note in notes])
    for note in notes:
        lead = note.lead
        reader = judges.get(lead.pk, lead.owner_id)
        yield of_lead(
            lead,
            kind=NoticeKind.ANSWER,
            event=f"answer {note.pk}",
            about=note.at,
            people=(reader,) if reader else (),
            title=f"{note.by} answered about {who(lead)}",
            text=note.text,
        )


def judges_of(lead_ids: list[int]) -> dict[int, int]:
    verdicts = Transition.objects.filter(
        lead__in=lead_ids, reason__isnull=False, by__isnull=False, undone_at=None, undoes=None
    )
    return dict(verdicts.order_by("at", "pk").values_list("lead", "by"))


def tell_of_customers(*, at: datetime, limit: int = 500) -> int:
    """Notes what customers did, and writes what is to tell of it; how many rows. Looks through the
    signals of two days: nothing for the worker that hands leads over.
    """
    notice_customers(at=at)
    return put(alerts(at=at, limit=limit), at=at)


def tell_of_clocks(*, at: datetime) -> int:
    """Writes what is to tell of clocks that are due soon or have run out; how many rows."""
    managers = tuple(
        User.objects.filter(role=Role.MANAGER, is_active=True).values_list("pk", flat=True)
    )
    written = last = 0
    while leads := running_after(last, at=at):
        clocks = clocks_of(leads, at=at)
        told = (t for lead in leads for t in of_clocks(lead, clocks[lead.pk], managers, at=at))
        written += put(told, at=at)
        last = leads[-1].pk
    return written


def running_after(last: int, *, at: datetime) -> list[Lead]:
    leads = Lead.objects.filter(
        pk__gt=last,
        stage__in=OPEN_STAGES,
        handed_over_at__gt=at - CLOCKS_WATCHED_FOR,
    ).order_by("pk")
    return list(settled(leads, at=at)[:CLOCKS_AT_ONCE])


def of_clocks(lead: Lead, clocks: Clocks, managers: tuple, *, at: datetime) -> Iterator[Telling]:
    for name, clock in (("response", clocks.response), ("verdict", clocks.verdict)):
        if clock is None or not clock.is_running or clock.due_at is None:
            continue
        if clock.state == State.DUE_SOON:
            yield of_clock(NoticeKind.DUE_SOON, lead, name, clock, ())
        elif clock.is_overdue and clock.due_at > at - NEWS_FOR:
            above = managers if clocks.level.escalates else ()
            yield of_clock(NoticeKind.BREACH, lead, name, clock, above)


def of_clock(
    kind: NoticeKind, lead: Lead, name: str, clock: Clock, above: tuple[int, ...]
) -> Telling:
    """`above`: whom it is escalated to."""
    wanted = "An answer to" if name == "response" else "A verdict on"
    due = timezone.localtime(clock.due_at)
    is_breach = kind == NoticeKind.BREACH
    return of_lead(
        lead,
        kind=kind,
        event=f"{kind} {name} {lead.pk} {clock.since.isoformat()}",
        about=clock.due_at,
        people=(*((lead.owner_id,) if lead.owner_id else ()), *above),
        team=lead.team_id,
        title=f"{wanted} {who(lead)} {'was due' if is_breach else 'is due'} {due:%H:%M}",
        text=f"{'Overdue since' if is_breach else 'Due'} {due:%A, %d %B, %H:%M}.",
    )


def who(lead: Lead) -> str:
    """The person, and the company where it is known."""
    person = lead.person
    return f"{person}, {person.company}" if person.company else str(person)
