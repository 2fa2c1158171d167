"""Who may come to sales now, as queries over the state: nothing is remembered from sweep to sweep.

A person is a contact with those merged into it: their leads and signals count as the person's.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from handoff.entry import doubt
from handoff.models import (
    OPEN_STAGES,
    Held,
    Lead,
    PublicHandRaise,
    RejectionReason,
    SetAside,
    Stage,
)
from leadhub.records.family import family_of
from leadhub.records.models import Company, Contact, Freshness, Opportunity
from scoring.models import ContactScore, Definition, Disqualifier, Intent, Signal, Tally
from scoring.reports import is_unreachable

# Who asked for sales longer ago than this, and is only now known of, is history: no hand-raise.
HAND_RAISE_LASTS = timedelta(days=30)
# What somebody does is on every page by then, at the latest.
SEEN_AFTER = timedelta(minutes=10)
# From this recycle on, a person comes again only when marketing releases them.
RECYCLES_UNTIL_RELEASE = 3

SOLD_TO = (Company.Status.CUSTOMER, Company.Status.OPPORTUNITY)


def qualified_now(*, live: Definition | int, day: date) -> QuerySet[ContactScore]:
    """The current scores of those who qualify, can be reached, and whom sales does not have."""
    fresh = Freshness.objects.filter(contact=OuterRef("contact_id"), revision=F("scored_revision"))
    return ContactScore.objects.filter(
        ~is_unreachable(),
        Exists(fresh),
        Q(changes_on=None) | Q(changes_on__gt=day),
        not_sold_to(),
        definition=live,
        qualified=True,
        approachable=True,
        contact__root=None,
        contact__do_not_contact=False,
    )


def not_sold_to() -> Q:
    """The condition, on rows of a contact, that its company is no customer and has no deal open."""
    deals = Opportunity.objects.filter(
        company=OuterRef("contact__company_id"), stage=Opportunity.Stage.OPEN
    )
    return ~Q(contact__company__status__in=SOLD_TO) & ~Q(Exists(deals))


def best_to_hand_over(*, live: Definition, day: date, limit: int) -> list[int]:
    """Contacts whom the score hands over, the highest total first."""
    signals = tuple(signals_that_bring_back(live))
    with connection.cursor() as cursor:
        cursor.execute(*asked_for_the_best(live.pk, day, signals, limit))
        return [contact_id for (contact_id,) in cursor.fetchall()]


@lru_cache(maxsize=8)
def asked_for_the_best(
    live: int, day: date, signals: tuple[int, ...], limit: int
) -> tuple[str, tuple]:
    """The SQL and its values. It is asked every second: writing it takes longer than answering."""
    scores = to_hand_over(live=live, day=day, signals=signals).order_by("-total", "contact_id")
    return scores.values_list("contact_id")[:limit].query.sql_with_params()


def to_hand_over(*, live: int, day: date, signals: Sequence[int]) -> QuerySet[ContactScore]:
    """Whom the score hands over: for the first time, or again by the re-entry rule. `signals` are
    those that bring back.
    """
    in_the_way = leads_in_the_way(day=day, signals=signals)
    spam = PublicHandRaise.objects.filter(state=PublicHandRaise.State.DISMISSED)
    held = Held.objects.filter(contact=OuterRef("contact_id"), released_at=None).filter(
        ~signal_after("since", signals, person=OuterRef(OuterRef("contact_id")))
    )
    return qualified_now(live=live, day=day).filter(
        ~Exists(in_the_way.filter(contact=OuterRef("contact_id"))),
        ~Exists(in_the_way.filter(contact__root=OuterRef("contact_id"))),
        ~Exists(held),
        ~Exists(set_aside(live).filter(contact=OuterRef("contact_id"))),
        ~Exists(spam.filter(contact=OuterRef("contact_id"))),
    )


def set_aside(live: Definition | int) -> QuerySet[SetAside]:
    """Who can't be handed over as things stand: neither the facts nor the version have changed."""
    return SetAside.objects.filter(definition=live, revision=F("contact__freshness__revision"))


def signals_that_bring_back(live: Definition) -> list[int]:
    """The medium and high signals of the version that speak for the person."""
    return list(
        Signal.objects.filter(
            intent__in=[Intent.HIGH, Intent.MEDIUM],
            weights__definition=live,
            weights__points__gte=0,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def signal_after(moment: str, signals: Sequence[int], *, person) -> Q:
    """Whether the person gave a signal after the outer row's `moment`. What happened before and
    only came in later does not count: backfilled history revives nobody.

    Two lookups by index, since one with OR across tables would read every tally.
    """
    tallies = Tally.objects.filter(signal__in=signals, last_at__gt=OuterRef(moment))
    return Q(Exists(tallies.filter(contact=person))) | Q(
        Exists(tallies.filter(contact__root=person))
    )


def leads_in_the_way(*, day: date, signals: Sequence[int]) -> QuerySet[Lead]:
    """Leads that keep their contact from coming to sales today, for use below a ContactScore.

    Of a chain of leads the last one decides: the one that is no other's previous.
    """
    needs_release = (
        Q(stage=Stage.DISQUALIFIED)
        | Q(reason__kind=RejectionReason.Kind.DISQUALIFY)
        | Q(reason__kind=RejectionReason.Kind.NOT_ICP, fit_then__gte=OuterRef("fit"))
        | Q(stage=Stage.RECYCLED, recycles__gte=RECYCLES_UNTIL_RELEASE)
    )
    signal_since = signal_after("stage_since", signals, person=OuterRef(OuterRef("contact_id")))
    return (
        Lead.objects.exclude(stage=Stage.MERGED)
        .alias(recycles=recycles_of_person(), fit_then=Coalesce("fit_at_verdict", "fit"))
        .filter(next=None)
        .filter(
            Q(stage__in=[*OPEN_STAGES, Stage.WON, Stage.WAITING])
            | Q(returns_on__gt=day)
            | Q(needs_release, released_at=None)
            | ~signal_since
        )
    )


def recycles_of_person() -> Combinable:
    """How often the person of a lead was recycled: the leads of the contact, and of those merged
    into the same one. Two lookups by index, added up.
    """
    root = Coalesce(OuterRef("contact__root_id"), OuterRef("contact_id"))
    recycled = Lead.objects.filter(stage=Stage.RECYCLED).order_by()
    own = recycled.filter(contact=root).values("contact")
    merged = recycled.filter(contact__root=root).values("contact__root")
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0) + Coalesce(
        Subquery(merged.annotate(n=Count("pk")).values("n")), 0
    )


def hand_raises_lately(*, live: Definition, at: datetime) -> QuerySet[Tally]:
    """The tallies of hand-raises, answered or not."""
    return Tally.objects.filter(
        signal__is_hand_raise=True,
        signal__weights__definition=live,
        last_at__gt=at - HAND_RAISE_LASTS,
    )


def hand_raises(*, live: Definition, at: datetime) -> QuerySet[Tally]:
    """The tallies of hand-raises that no lead has answered, the oldest first, with `person`.

    Answered is what raised a lead, and what a verdict came after: not at once after, since whoever
    judges does not know yet what comes in just then. Only do-not-contact, the
    disqualifiers that say so, and being one of a flood (see doubt.py) keep one from sales.
    """
    answered = Lead.objects.exclude(stage=Stage.MERGED).filter(
        Q(hand_raised_at__gte=OuterRef("last_at"))
        | ~Q(stage__in=OPEN_STAGES) & Q(stage_since__gte=OuterRef("last_at") + SEEN_AFTER)
    )
    stops = Disqualifier.objects.filter(
        definition=live, stops_hand_raises=True, name=OuterRef("disqualified_by")
    )
    stopped = ContactScore.objects.filter(Exists(stops), definition=live)
    return (
        hand_raises_lately(live=live, at=at)
        .annotate(person=Coalesce("contact__root_id", "contact_id"))
        .filter(
            Exists(Contact.objects.filter(pk=OuterRef("person"), do_not_contact=False)),
            ~Exists(answered.filter(contact=OuterRef("person"))),
            ~Exists(answered.filter(contact__root=OuterRef("person"))),
            ~Exists(stopped.filter(contact=OuterRef("person"))),
            ~Exists(doubt.stopped().filter(contact=OuterRef("person"))),
        )
        .select_related("signal")
        .order_by("last_at", "contact_id", "signal_id")
    )


def previous_leads(persons: Iterable[int]) -> dict[int, Lead]:
    """The latest lead of each person who has had one."""
    leads = Lead.objects.filter(contact__in=family_of(persons)).select_related("contact")
    return {lead.person_id: lead for lead in leads.order_by("handed_over_at", "pk")}
