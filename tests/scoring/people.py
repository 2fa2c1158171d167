"""Builders for scoring's tests: contacts and what they did, written as intake writes them."""

from datetime import date, datetime, timedelta
from itertools import count

from django.conf import settings
from django.utils import timezone

from leadhub.records.models import Company, Contact, Event, Freshness, Source

NUMBERS = count(1)


def raise_revision(contact: Contact, *, recount: bool = False) -> int:
    freshness, new = Freshness.objects.get_or_create(contact=contact)
    if not new:
        freshness.revision += 1
    if recount:
        freshness.recount_revision = freshness.revision
    freshness.save()
    return freshness.revision


def contact(email: str | None = None, *, company: dict | None = None, **fields) -> Contact:
    email = email or f"person{next(NUMBERS)}@example.com"
    made = Company.objects.create(**company) if company is not None else None
    contact = Contact.objects.create(email=email, company=made, **fields)
    raise_revision(contact)
    return contact


def did(
    contact: Contact, name: str, on: date, *, kind="track", is_bot=False, **properties
) -> Event:
    """An event at noon of the day, after which the contact is stale."""
    source, _ = Source.objects.get_or_create(name="Tests", defaults={"kind": Source.Kind.SERVER})
    at = datetime(on.year, on.month, on.day, 12, tzinfo=settings.ORGANISATION_ZONE)
    return Event.objects.create(
        source=source,
        message_id=f"message-{next(NUMBERS)}",
        kind=kind,
        name=name,
        properties=properties,
        occurred_at=at,
        received_at=at,
        day=on,
        contact=contact,
        is_bot=is_bot,
        revision=raise_revision(contact),
    )


def moment(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 18, tzinfo=settings.ORGANISATION_ZONE)


def today() -> date:
    return timezone.localdate()


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)
