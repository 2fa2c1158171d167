"""The one writer of what people did and of what is known about them.

Everything that can change a score raises the revision of the contacts concerned, once, in the
transaction that writes it; new events carry that revision.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from leadhub.records import attributes, companies, devices, history
from leadhub.records.free_mail import company_domain
from leadhub.records.freshness import touch
from leadhub.records.history import Claim, Subject
from leadhub.records.identity import People
from leadhub.records.models import Company, Contact, Event, Source
from leadhub.records.observation import Observation

__all__ = ["day_of", "describe_company", "describe_contact", "people_here", "record", "touch"]


def day_of(moment: datetime) -> date:
    """The date of a moment in the organisation's time zone."""
    return moment.astimezone(settings.ORGANISATION_ZONE).date()


def people_here() -> Source:
    """The source of what is entered in LeadHub itself."""
    return Source.objects.get_or_create(
        kind=Source.Kind.PERSON, defaults={"name": "People in LeadHub"}
    )[0]


@transaction.atomic
def record(observations: Iterable[Observation]) -> int:
    """Turns observations into facts; returns how many were new.

    What is known already (by source and message id) changes nothing. Callers hold a lock, so that
    two of them do not make the same contact at once.
    """
    new = unseen(observations)
    if not new:
        return 0
    people = People(new)
    groups = companies.of_groups(new)
    changed = say(claims_of(new, people, groups))
    joined = {contact.pk for pair in people.joined for contact in pair}
    attributes.restate_contacts(joined)
    identified = devices.remember(identifications(new, people))
    store(events_of(new, people), devices.misplaced(identified), changed | joined)
    return len(new)


def unseen(observations: Iterable[Observation]) -> list[Observation]:
    """The observations that are no facts yet, each once."""
    first: dict[tuple[int, str], Observation] = {}
    for observation in observations:
        first.setdefault((observation.source.pk, observation.message_id), observation)
    known = set()
    for source in {source for source, _ in first}:
        ids = [message for of, message in first if of == source]
        stored = Event.objects.filter(source=source, message_id__in=ids)
        known |= {(source, message) for message in stored.values_list("message_id", flat=True)}
    return [observation for key, observation in first.items() if key not in known]


def claims_of(
    observations: list[Observation], people: People, groups: Mapping[str, Company]
) -> Iterable[Claim]:
    """What the observations say of contacts and companies."""
    given = {contact.pk: contact.email for contact in people.given_email}
    employers = companies.by_domain(
        company_domain(o.email) for o in observations if o.company_values and o.email
    )
    for o in observations:
        contact, company = people.of(o), groups.get(o.group_id)
        if contact is not None:
            values = dict(o.contact_values)
            if contact.pk in given and given[contact.pk] == o.email:
                values["email"] = o.email
            if company is not None:
                values["company"] = company.pk
            subject = Subject("contact", contact.pk)
            yield from (Claim(subject, f, v, o.occurred_at, o.source) for f, v in values.items())
        company = company or employers.get(company_domain(o.email))
        if company is not None:
            subject = Subject("company", company.pk)
            for field, value in o.company_values.items():
                yield Claim(subject, field, value, o.occurred_at, o.source)


def say(claims: Iterable[Claim]) -> set[int]:
    """Remembers the claims and restates whom they concern; returns the contacts changed."""
    claims = list(claims)
    history.remember(claims)
    changed: set[int] = set()
    for kind, restate in RESTATE.items():
        about = [claim for claim in claims if claim.subject.kind == kind]
        if about:
            ids = restate({c.subject.id for c in about}, {c.field for c in about})
            changed |= ids if kind == "contact" else contacts_of(ids)
    return changed


RESTATE = {
    "company": attributes.restate_companies,
    "contact": attributes.restate_contacts,
}


def contacts_of(company_ids: set[int]) -> set[int]:
    found = (
        Contact.objects.filter(company__in=company_ids) if company_ids else Contact.objects.none()
    )
    return set(found.values_list("pk", flat=True))


def identifications(
    observations: list[Observation], people: People
) -> Iterable[tuple[str, int, datetime]]:
    """(anonymous id, contact, since): who said on which device who they are."""
    for o in observations:
        contact = people.of(o)
        if contact is not None and o.kind in {"identify", "alias"}:
            for device in {o.anonymous_id, o.previous_id} - {""}:
                yield device, contact.pk, o.occurred_at


def events_of(observations: list[Observation], people: People) -> list[Event]:
    """An event for each observation: whose it is by name, or by what is known of its device."""
    whose = [people.of(observation) for observation in observations]
    owners = devices.owners(
        (o.anonymous_id, o.occurred_at)
        for o, contact in zip(observations, whose, strict=True)
        if contact is None
    )
    return [
        Event(
            source=o.source,
            message_id=o.message_id,
            kind=o.kind,
            name=o.name,
            properties=o.properties,
            occurred_at=o.occurred_at,
            received_at=o.received_at,
            day=day_of(o.occurred_at),
            contact_id=contact.pk if contact else owners.get((o.anonymous_id, o.occurred_at)),
            anonymous_id=o.anonymous_id,
            by_device=contact is None,
            is_bot=o.is_bot,
        )
        for o, contact in zip(observations, whose, strict=True)
    ]


def store(events: list[Event], moves: list[devices.Move], changed: set[int]) -> None:
    """Writes the events, moves those that turned out to be another's, and touches everyone."""
    left = {move.old for move in moves} - {None}
    gained = {move.new for move in moves} - {None}
    revisions = touch(left, recount=True)
    others = (changed | gained | {event.contact_id for event in events}) - left - {None}
    revisions |= touch(others - set(revisions))
    for event in events:
        event.revision = revisions.get(event.contact_id, 0)
    Event.objects.bulk_create(events, batch_size=1000)
    devices.move(moves, revisions)


@transaction.atomic
def describe_contact(*, contact: Contact, values: Mapping[str, Any], source: Source, at: datetime):
    """Says what a contact's fields are (see `traits.py`); a person's or a file's word counts."""
    subject = Subject("contact", contact.pk)
    changed = say([Claim(subject, field, value, at, source) for field, value in values.items()])
    touch(changed)


@transaction.atomic
def describe_company(*, company: Company, values: Mapping[str, Any], source: Source, at: datetime):
    """Says what a company's fields are; touches all of its contacts."""
    subject = Subject("company", company.pk)
    changed = say([Claim(subject, field, value, at, source) for field, value in values.items()])
    touch(changed)
