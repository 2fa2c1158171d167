"""Who is away when: each says so for themselves, a manager for everyone who works leads."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, QuerySet

from handoff.models import Absence, Lead, PoolMember, RoutingRule, Stage
from leadhub.users.access import Permission, may
from leadhub.users.models import Role, User

DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
FARTHEST = timedelta(days=3 * 366)


class WrongDays(ValueError):
    """`errors`: what is wrong, by the name of the field."""

    def __init__(self, errors: dict[str, str]):
        self.errors = errors
        super().__init__(" ".join(errors.values()))


def people_of(viewer) -> QuerySet[User]:
    """Whose absences the person sees to."""
    working = User.objects.filter(is_active=True).exclude(role=Role.MARKETER)
    steers = may(viewer, Permission.STEER_SALES)
    return (working if steers else working.filter(pk=viewer.pk)).order_by("name", "email")


def absences_of(viewer, *, day: date) -> QuerySet[Absence]:
    """Those that are not over, the next first."""
    standing = Absence.objects.filter(user__in=people_of(viewer), last_day__gte=day)
    return standing.select_related("user__team").order_by("first_day", "user__name", "pk")


@transaction.atomic
def add(*, user: User, first_day: date, last_day: date, note: str, day: date) -> Absence:
    """The person is away on these days, both included. Raises WrongDays."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    errors = wrong_days(first_day, last_day, day=day)
    others = Absence.objects.filter(user=user, first_day__lte=last_day, last_day__gte=first_day)
    if not errors and (other := others.order_by("first_day").first()):
        days = f"{other.first_day:%-d %B %Y} to {other.last_day:%-d %B %Y}"
        errors["first_day"] = f"{user} is away from {days} already."
    if errors:
        raise WrongDays(errors)
    return Absence.objects.create(user=user, first_day=first_day, last_day=last_day, note=note)


def wrong_days(first_day: date, last_day: date, *, day: date) -> dict[str, str]:
    if last_day < first_day:
        return {"last_day": "The last day comes after the first."}
    if last_day < day:
        return {"last_day": "This is over already."}
    if last_day - first_day > LONGEST:
        return {"last_day": "An absence lasts a year at most: deactivate who has left."}
    if last_day - day > FARTHEST:
        return {"last_day": "That is more than three years ahead."}
    return {}


@transaction.atomic
def cancel(absence: Absence, *, day: date) -> None:
    """The person is there after all: from today on, where the absence has begun."""
    standing = Absence.objects.filter(pk=absence.pk)
    if absence.first_day < day:
        standing.update(last_day=day - DAY)
    else:
        standing.delete()


@dataclass(frozen=True)
class Effect:
    """What routing makes of somebody's absence. `pools`: name → how many others take part in it;
    `unjudged` are the leads that wait for the person's verdict now.
    """

    pools: dict[str, int]
    unjudged: int


def effects_of(users: Collection[int]) -> dict[int, Effect]:
    """What their absences mean for routing. Two queries, however many people."""
    in_use = RoutingRule.objects.filter(is_active=True).values("pool")
    members = PoolMember.objects.filter(pool__in=in_use, user__is_active=True)
    names, takes_part = {}, defaultdict(set)
    for pool, name, user in members.values_list("pool", "pool__name", "user").order_by("pool"):
        names[pool] = name
        takes_part[pool].add(user)
    queued = Lead.objects.filter(stage=Stage.QUEUED, owner__in=users).order_by()
    unjudged = dict(queued.values_list("owner").annotate(Count("pk")))
    return {
        user: Effect(
            {names[p]: len(of_pool) - 1 for p, of_pool in takes_part.items() if user in of_pool},
            unjudged.get(user, 0),
        )
        for user in users
    }
