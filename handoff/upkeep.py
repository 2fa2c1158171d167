"""What LeadHub does to leads by itself: hold, withdraw, expire, merge, part. Each finds its work
in the state, and doing it twice is harmless.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from handoff.leads.lifecycle import Action, move_all
from handoff.models import OPEN_STAGES, Changeover, Held, Lead, Stage, Transition
from handoff.sla.calendars import organisations_hours
from leadhub.records.family import family_of
from leadhub.records.models import Contact, Merge
from scoring.models import ContactScore, Definition, Disqualifier
from scoring.publishing import qualified_at_switch

BUSINESS_DAYS_UNTIL_EXPIRED = 10


def hold_who_was_qualified_already(*, live: Definition, at: datetime) -> None:
    """Once a version: published "from now on", it hands nobody over for having qualified before;
    published to hand over at once, the backlog lets them go as sales has room (see backlog.py).

    Runs before anyone is handed over under the version.
    """
    if Changeover.objects.filter(definition=live).exists():
        return
    with transaction.atomic():
        Definition.objects.select_for_update().get(pk=live.pk)
        if Changeover.objects.filter(definition=live).exists():
            return
        open_lead = Lead.objects.filter(contact=OuterRef("pk"), stage__in=OPEN_STAGES)
        already = qualified_at_switch(live).filter(~Exists(open_lead), root=None)
        held = [
            Held(contact_id=contact_id, since=live.live_from, definition=live)
            for contact_id in already.values_list("pk", flat=True)
        ]
        Held.objects.bulk_create(
            held,
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["contact"],
            update_fields=["since", "definition", "released_at", "released_by"],
        )
        Changeover.objects.create(definition=live, at=at, held=len(held))


def withdraw(*, live: Definition, at: datetime, limit: int) -> int:
    """Takes from the queue whom a disqualifier has ruled out, or who wants no contact, since.

    Who asked for sales stays, unless the disqualifier stops hand-raises too.
    """
    person = Coalesce(OuterRef("contact__root_id"), OuterRef("contact_id"))
    scores = ContactScore.objects.filter(definition=live, contact=person)
    stops = Disqualifier.objects.filter(
        definition=live, stops_hand_raises=True, name=OuterRef("disqualified_by")
    )
    leads = (
        Lead.objects.filter(stage=Stage.QUEUED)
        .annotate(
            disqualified_by=Subquery(scores.values("disqualified_by")[:1]),
            unwanted=Exists(Contact.objects.filter(pk=person, do_not_contact=True)),
            stops=Exists(stops),
        )
        .filter(Q(unwanted=True) | Q(stops=True) | Q(hand_raised_at=None, disqualified_by__gt=""))
    )
    return move_all(
        leads=leads,
        action=Action.WITHDRAW,
        to=Stage.WITHDRAWN,
        at=at,
        limit=limit,
        note=lambda lead: "Not to be contacted" if lead.unwanted else lead.disqualified_by,
    )


def expire(*, at: datetime, limit: int) -> int:
    """Closes what sales has left unjudged in the queue for ten of the organisation's days."""
    return move_all(
        leads=Lead.objects.filter(
            stage=Stage.QUEUED,
            stage_since__lte=organisations_hours().working_days_before(
                at, BUSINESS_DAYS_UNTIL_EXPIRED
            ),
        ),
        action=Action.EXPIRE,
        to=Stage.EXPIRED,
        at=at,
        limit=limit,
        note=lambda lead: f"Unjudged for {BUSINESS_DAYS_UNTIL_EXPIRED} business days",
    )


def merge(*, at: datetime, limit: int) -> int:
    """Of the open leads of one person (after a merge of contacts) the furthest stays."""
    others = Lead.objects.filter(stage__in=OPEN_STAGES).exclude(pk=OuterRef("pk"))
    of_merged = Lead.objects.filter(stage__in=OPEN_STAGES, contact__root__isnull=False).filter(
        Exists(others.filter(contact=OuterRef("contact__root_id")))
        | Exists(others.filter(contact__root=OuterRef("contact__root_id")))
    )
    persons = set(of_merged.values_list("contact__root_id", flat=True)[:limit])
    return close_all_but_the_furthest(persons, at=at, limit=limit) if persons else 0


@transaction.atomic
def close_all_but_the_furthest(persons: Iterable[int], *, at: datetime, limit: int) -> int:
    """Which is the furthest is asked under the lock: a rep may just have accepted another."""
    leads = Lead.objects.filter(stage__in=OPEN_STAGES, contact__in=family_of(persons))
    leads = leads.select_related("contact").select_for_update(of=("self", "contact"), no_key=True)
    open_leads = defaultdict(list)
    for lead in leads.order_by("pk"):
        open_leads[lead.person_id].append(lead)
    into = {}
    for of_one in open_leads.values():
        *others, kept = nearest_first(of_one)
        into |= {lead.pk: kept.pk for lead in others}
    return move_all(
        leads=Lead.objects.filter(pk__in=into, stage__in=OPEN_STAGES),
        action=Action.MERGE,
        to=Stage.MERGED,
        at=at,
        limit=limit,
        note=lambda lead: f"The same person as lead {into[lead.pk]}",
    )


def nearest_first(leads: Iterable[Lead]) -> list[Lead]:
    """Open leads of one person: the last of them, the furthest, stays; the others close."""
    return sorted(leads, key=lambda lead: (OPEN_STAGES.index(lead.stage), -lead.pk))


def part(*, at: datetime, limit: int) -> int:
    """Opens again, as it was, what closed as merged by a merge of contacts that is undone."""
    if not Merge.objects.filter(undone_at__isnull=False).exists():
        return 0
    person = Coalesce(OuterRef("contact__root_id"), OuterRef("contact_id"))
    undone = Merge.objects.filter(
        Q(loser=person) | Q(survivor=person),
        at__lte=OuterRef("stage_since"),
        undone_at__gte=OuterRef("stage_since"),
    )
    later = Lead.objects.filter(contact=OuterRef("contact"), pk__gt=OuterRef("pk"))
    last = Transition.objects.filter(lead=OuterRef("pk")).order_by("-version")
    closed = (
        Lead.objects.filter(stage=Stage.MERGED)
        .filter(Exists(undone), ~Exists(later))
        .alias(was=Subquery(last.values("from_stage")[:1]))
    )
    if not closed.exists():
        return 0
    return sum(
        move_all(
            leads=closed.filter(was=stage),
            action=Action.PART,
            to=stage,
            at=at,
            limit=limit,
            note=lambda lead: "The merge was undone: two people after all",
        )
        for stage in OPEN_STAGES
    )
