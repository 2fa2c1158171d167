"""Leads that have to be routed anew: their rep has left or gave them back, or somebody of their
pool has room again. Each is found in the state, and doing it twice is harmless.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce, NullIf, RowNumber

from handoff.leads.lifecycle import Action, move_all
from handoff.leads.undo import SETTLES_AFTER
from handoff.models import Assignment, Lead, Pool, PoolMember, Stage, TeamTerms
from handoff.routing.assigning import assign
from handoff.routing.returning import may_go_to
from handoff.routing.staff import staff_of

# What was given back longer ago is judged by now, or has expired.
LOOKED_AT = timedelta(days=90)

BEST_FIRST = (F("hand_raised_at").asc(nulls_last=True), "handed_over_at", "pk")
WHO = Coalesce(NullIf("owner__name", Value("")), "owner__email", output_field=CharField())


def route_anew(*, at: datetime, limit: int) -> int:
    """How many leads changed hands."""
    changed = take_from_who_left(at=at, limit=limit)
    changed += route_what_was_given_back(at=at, limit=limit)
    changed += replace_who_left_deals(at=at, limit=limit)
    return changed + give_to_who_has_room(at=at, limit=limit)


def take_from_who_left(*, at: datetime, limit: int) -> int:
    """What a deactivated rep had not judged, or had accepted, goes back to the queue."""
    return move_all(
        leads=Lead.objects.filter(
            stage__in=[Stage.QUEUED, Stage.ACCEPTED], owner__is_active=False
        ).annotate(left=WHO),
        action=Action.GIVE_BACK,
        to=Stage.QUEUED,
        at=at,
        limit=limit,
        columns=lambda lead: {"owner": None, "pool": None},
        note=lambda lead: f"{lead.left} has left",
    )


def route_what_was_given_back(*, at: datetime, limit: int) -> int:
    later = Assignment.objects.filter(lead=OuterRef("lead"), pk__gt=OuterRef("pk"))
    settled = Q(by=None) | Q(at__lte=at - SETTLES_AFTER)
    rows = Assignment.objects.filter(
        settled,
        ~Exists(later),
        reason=Assignment.Reason.GIVEN_BACK,
        at__gte=at - LOOKED_AT,
        lead__stage=Stage.QUEUED,
        lead__owner=None,
    )
    found = list(rows.order_by("pk").values_list("lead", flat=True)[:limit])
    return assign(found, at=at) if found else 0


def replace_who_left_deals(*, at: datetime, limit: int) -> int:
    """A deal goes on under another rep, once there is one: it has been won over already. However
    many of somebody's find nobody, those of others who left have their turn.
    """
    leads = Lead.objects.filter(stage=Stage.SQL, owner__is_active=False)
    found = list(in_turn(leads, of="owner", order=("pk",))[:limit])
    return assign(found, at=at) if found else 0


def give_to_who_has_room(*, at: datetime, limit: int) -> int:
    """Gives the leads that wait for a pool to those of it who are there and have room."""
    waits = Lead.objects.filter(stage=Stage.QUEUED, owner=None, pool=OuterRef("pk"))
    waited_for = Pool.objects.filter(Exists(waits))
    pools = list(waited_for.exclude(team__terms__handing=TeamTerms.Handing.PULL))
    if not pools:
        return 0
    members = PoolMember.objects.filter(pool__in=pools).order_by()
    staff = staff_of(set(members.values_list("user", flat=True)), at=at)
    free, present = staff.free(staff.people), staff.there(staff.people)
    found = list(waiting_in_turn(pools, free=free, present=present)[:limit])
    return assign(found, at=at) if found else 0


def waiting_in_turn(
    pools: Collection[Pool], *, free: Collection[int], present: Collection[int]
) -> QuerySet:
    """The leads that one of the free users may have, or the owner of their company, who needs no
    turn, or, of who asked for sales, somebody who is there: the best of each pool, then the second
    of each. However many wait for one pool, those of the others have their turn.
    """
    owned = Q(contact__company__owner__is_active=True)
    theirs = may_go_to(free) | owned | Q(may_go_to(present), hand_raised_at__isnull=False)
    leads = Lead.objects.filter(theirs, stage=Stage.QUEUED, owner=None, pool__in=pools)
    return in_turn(leads, of="pool", order=BEST_FIRST)


def in_turn(leads: QuerySet[Lead], *, of: str, order: Sequence) -> QuerySet:
    """The ids of the leads: the first of each owner or pool, then the second of each."""
    place = Window(RowNumber(), partition_by=of, order_by=order)
    return leads.annotate(place=place).order_by("place", *order).values_list("pk", flat=True)
