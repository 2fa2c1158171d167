"""What people say of whether programs sent events. Nothing is deleted: a bot's events stay, are
shown as such, and don't count; saying otherwise counts them again.

Whose events change are recounted, through `freshness`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from leadhub.records import freshness
from leadhub.records.family import family_of
from leadhub.records.models import BotVerdict, Contact, Device, Event, Freshness
from leadhub.records.observation import Observation


def judge_event(*, event: Event, is_bot: bool, by, at: datetime, why: str = "") -> BotVerdict:
    """Says whether a bot sent the event."""
    return judge(Event.objects.filter(pk=event.pk), is_bot, by=by, at=at, why=why, event=event)


def judge_device(*, anonymous_id: str, is_bot: bool, by, at: datetime, why: str = "") -> BotVerdict:
    """Says whether a bot uses the device: of all its events, also of those that are yet to come."""
    users = Device.objects.filter(anonymous_id=anonymous_id).values("contact")
    events = Event.objects.filter(
        Q(by_device=True) | Q(contact__in=users), anonymous_id=anonymous_id
    )
    return judge(events, is_bot, by=by, at=at, why=why, anonymous_id=anonymous_id)


def judge_contact(
    *, contact: Contact, since: datetime, until: datetime, is_bot: bool, by, at: datetime,
    why: str = "",
) -> BotVerdict:  # fmt: skip
    """Says whether a bot sent the person's events from `since` to `until`, both included."""
    family = family_of([contact.root_id or contact.pk])
    events = Event.objects.filter(
        contact__in=family, occurred_at__gte=since, occurred_at__lte=until
    )
    return judge(
        events, is_bot, by=by, at=at, why=why, contact=contact.root or contact, since=since,
        until=until,
    )  # fmt: skip


@transaction.atomic
def judge(
    events: QuerySet[Event], is_bot: bool, *, by, at: datetime, why: str, **what: Any
) -> BotVerdict:
    others = events.exclude(is_bot=is_bot)
    concerned = set(others.exclude(contact=None).values_list("contact", flat=True).distinct())
    freshness.touch(concerned)
    raised = Freshness.objects.filter(contact=OuterRef("contact")).values("revision")
    # With the revision that they raise, like new events: their days are tallied again.
    changed = others.update(is_bot=is_bot, revision=Coalesce(Subquery(raised), F("revision")))
    return BotVerdict.objects.create(
        is_bot=is_bot, by=by, at=at, why=why[:200], events=changed, contacts=len(concerned), **what
    )


class Standing:
    """What was said of devices and contacts before their events came in."""

    def __init__(self, devices: Iterable[str], contacts: Iterable[int]):
        self.of_device: dict[str, BotVerdict] = {}
        self.of_person: dict[int, list[BotVerdict]] = {}
        self.root_of: dict[int, int] = {}
        if BotVerdict.objects.filter(event=None).exists():
            self.load(set(devices) - {""}, set(contacts) - {None})

    def load(self, devices: set[str], contacts: set[int]) -> None:
        roots = Contact.objects.filter(pk__in=contacts).values_list("pk", "root_id")
        self.root_of = {pk: root or pk for pk, root in roots}
        said = Q(anonymous_id__in=devices) | Q(contact__in=family_of(self.root_of.values()))
        for verdict in (
            BotVerdict.objects.filter(said).select_related("contact").order_by("at", "pk")
        ):
            if verdict.contact is None:
                self.of_device[verdict.anonymous_id] = verdict
            else:
                root = verdict.contact.root_id or verdict.contact_id
                self.of_person.setdefault(root, []).append(verdict)

    def is_bot(self, seen: Observation, contact: int | None) -> bool:
        """Whether the contact's event is a bot's: what was said last of what covers it, else what
        intake thought.
        """
        said = [one for one in [self.of_device.get(seen.anonymous_id)] if one]
        covering = self.of_person.get(self.root_of.get(contact, 0), [])
        said += [one for one in covering if one.since <= seen.occurred_at <= one.until]
        return max(said, key=lambda one: (one.at, one.pk)).is_bot if said else seen.is_bot


def verdicts() -> QuerySet[BotVerdict]:
    """All that was said, the latest first."""
    return BotVerdict.objects.select_related("event", "contact", "by")
