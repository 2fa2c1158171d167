"""A person's own inbox: how many leads wait in each view, what was saved, and what changed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import IntegerField, QuerySet, Subquery, Value

from handoff.leads.listed import Watched
from handoff.leads.shown import in_view
from handoff.leads.visibility import viewer, visible_to, whose
from handoff.models import Desk, Lead, TeamTerms
from leadhub.prepared import Prepared
from leadhub.users.models import User

COUNTED = ("next", "mine", "queue", "snoozed", "returning")
# Beyond this a number says only that there are many; counting on would read them all.
COUNTED_TO = 100
VIEWS_KEPT = 20
NAME_LENGTH = 40


class NumberOf(Subquery):
    """How many rows a query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class State:
    """`numbers`: view → how many leads are in it, at most COUNTED_TO; `takes_turns`: whether the
    person's team takes the next best lead, rather than being given leads.
    """

    numbers: dict[str, int]
    takes_turns: bool
    keys_fire: bool
    saved: list[dict[str, str]]


def state_of(user, *, at: datetime) -> State:
    """One query for all of it."""
    (row,) = state_rows(user.role, **whose(user), at=at)
    return State(
        numbers={view: row[f"n_{view}"] for view in COUNTED},
        takes_turns=row["team__terms__handing"] == TeamTerms.Handing.PULL,
        keys_fire=row["desk__keys_fire"] is not False,
        saved=row["desk__views"] or [],
    )


@Prepared
def state_rows(role: str, *, me: int, my_team: int | None, at: datetime) -> QuerySet:
    user = viewer(role, me=me, my_team=my_team)
    numbers = {
        f"n_{view}": NumberOf(
            Lead.objects.filter(visible_to(user), in_view(user, view, at=at))
            .annotate(one=Value(1))
            .order_by()
            .values("one")[:COUNTED_TO]
        )
        for view in COUNTED
    }
    desk = ("desk__keys_fire", "desk__views", "team__terms__handing")
    return User.objects.filter(pk=me).annotate(**numbers).values(*desk, *numbers).order_by()


def fingerprint(watched: list[Watched], numbers: dict[str, int]) -> str:
    """Another text whenever a list shows something else."""
    shown = (watched, sorted(numbers.items()))
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


@transaction.atomic
def save_view(*, user, name: str, query: str) -> None:
    """Keeps the filters of an address under a name; the same name again replaces it."""
    Desk.objects.get_or_create(user=user)
    desk = Desk.objects.select_for_update().get(user=user)
    others = [view for view in desk.views if view["name"] != name]
    desk.views = [*others, {"name": name, "query": query}][-VIEWS_KEPT:]
    desk.save(update_fields=["views"])


@transaction.atomic
def forget_view(*, user, name: str) -> None:
    desk = Desk.objects.select_for_update().filter(user=user).first()
    if desk is not None:
        desk.views = [view for view in desk.views if view["name"] != name]
        desk.save(update_fields=["views"])


def let_keys_fire(*, user, fire: bool) -> None:
    Desk.objects.update_or_create(user=user, defaults={"keys_fire": fire})
