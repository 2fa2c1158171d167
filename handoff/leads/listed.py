"""The leads of a list: first which they are and what may change, then what a list says of each.

The first reads four columns of each, whatever the filters; so it is all that a page needs which
only wants to know whether its list has changed. The second is the same for every list. Both give
plain rows: to make models of them, of which a list shows a few words, takes longer than to read
them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from handoff.leads.shown import leads_in_view, total_now
from handoff.leads.visibility import viewer, visible_to, whose
from handoff.models import Lead, Stage
from leadhub.prepared import Prepared
from leadhub.records.models import company_called, person_called
from leadhub.users.models import user_called

# So many are described at once: a rep reads the next ones, not the whole queue.
AT_ONCE = 30
OF_LEAD = (
    "pk", "stage", "total", "grade", "band", "hand_raised_at", "hand_raise", "previous_id",
    "handed_over_at", "snoozed_until", "why", "owner__name", "owner__email", "reason__name",
)  # fmt: skip
OF_PERSON = (
    "pk", "first_name", "last_name", "email", "job_title", "company_id", "company__name",
    "company__domain",
)  # fmt: skip


class Watched(NamedTuple):
    """A lead, and what may change of it while somebody looks; `total_now` as of `shown`."""

    pk: int
    version: int
    owner_id: int | None
    total_now: int | None


class Person(NamedTuple):
    """Whom a lead is about: the survivor, where its contact was merged."""

    pk: int
    first_name: str
    last_name: str
    email: str | None
    job_title: str
    company_id: int | None
    company_name: str | None
    company_domain: str | None

    def __str__(self):
        return person_called(self.pk, self.first_name, self.last_name, self.email)

    @property
    def company(self) -> str:
        """What it is called; "" where none is known."""
        if self.company_id is None:
            return ""
        return company_called(self.company_id, self.company_name, self.company_domain)


class Listed(NamedTuple):
    """A lead as a list shows it. `follows`: it stands below a colleague."""

    pk: int
    stage: str
    total: int
    grade: str
    band: int
    hand_raised_at: datetime | None
    hand_raise: str
    previous_id: int | None
    handed_over_at: datetime
    snoozed_until: datetime | None
    why: str
    owner_name: str | None
    owner_email: str | None
    reason: str | None
    watched: Watched
    person: Person
    follows: bool = False

    @property
    def owner(self) -> str:
        """Who has it; "" where nobody does."""
        return "" if self.owner_email is None else user_called(self.owner_name, self.owner_email)

    @property
    def cooled_to(self) -> int | None:
        return cooled_total(self.stage, self.total, self.watched.total_now)


def watched_of(leads: QuerySet[Lead]) -> QuerySet:
    """Of the leads, in their order, the columns of a `Watched`."""
    return leads.values_list(*Watched._fields[:-1], total_now())


def first_in_view(user, view: str, *, at: datetime, number: int) -> list[tuple]:
    """Of so many leads of the view, in its own order, the columns of a `Watched`."""
    return first_watched(user.role, view, number, **whose(user), at=at)


@Prepared
def first_watched(
    role: str, view: str, number: int, *, me: int, my_team: int | None, at: datetime
) -> QuerySet:
    return watched_of(leads_in_view(viewer(role, me=me, my_team=my_team), view, at=at))[:number]


def described(user, watched: Iterable[Watched]) -> list[Listed]:
    """At most AT_ONCE leads, in their order; without those that the person may no longer see."""
    of_lead = {one.pk: one for one in watched}
    # A query has the same number of values each time; no lead has the number 0.
    numbers = [*of_lead, *[0] * (AT_ONCE - len(of_lead))]
    ids = {f"lead_{place}": pk for place, pk in enumerate(numbers)}
    found = {row[0]: row for row in descriptions(user.role, **whose(user), **ids)}
    return [as_listed(found[pk], one) for pk, one in of_lead.items() if pk in found]


@Prepared
def descriptions(role: str, *, me: int, my_team: int | None, **ids: int) -> QuerySet:
    seen = visible_to(viewer(role, me=me, my_team=my_team))
    people = [f"{contact}__{of}" for contact in ("contact", "contact__root") for of in OF_PERSON]
    leads = Lead.objects.filter(seen, pk__in=ids.values()).order_by()
    return leads.values_list(*OF_LEAD, *people)


def as_listed(row: tuple, watched: Watched) -> Listed:
    own, survivor = row[len(OF_LEAD) : -len(OF_PERSON)], row[-len(OF_PERSON) :]
    person = Person(*(own if survivor[0] is None else survivor))
    return Listed(*row[: len(OF_LEAD)], watched, person)


def cooled_total(stage: str, total: int, total_now: int | None) -> int | None:
    """The total now, where a lead in the queue has lost points since its handoff."""
    has_cooled = stage == Stage.QUEUED and total_now is not None and total_now < total
    return total_now if has_cooled else None
