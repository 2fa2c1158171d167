"""The one writer of what people did and of what is known about them.

Everything that can change a score raises the revision of the contacts concerned, once, in the
transaction that writes it; new events carry that revision.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from leadhub.adding import add_rows
from leadhub.records import attributes, bots, companies, devices, hearsay, history
from leadhub.records.devices import Identified, Seen
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
def record(observations: Iterable[Observation], *, at: datetime) -> int:
    """Turns observations into facts; returns how many were new. Who is new is known since `at`.

    What is known already (by source and message id) changes nothing. Callers hold a lock, so that
    two of them do not make the same contact at once.
    """
    new = unseen(observations)
    if not new:
        return 0
    people = People(new, at=at)
    groups = companies.of_groups(new, at=at)
    changed = say(claims_of(new, people, groups))
    joined = {contact.pk for one in people.joined for contact in (one.loser, one.survivor)}
    attributes.restate_contacts(joined)
    store(new, people, changed, joined)
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
    working = (company_domain(o.email) for o in observations if o.company_values and o.email)
    employers = companies.by_domain(working, at=people.at)
    for o in observations:
        contact, company = people.of(o), groups.get(o.group_id)
        described = company or employers.get(company_domain(o.email))
        if contact is not None:
            values = dict(o.contact_values)
            if described is not None and o.company_values:
                values.pop("attributes.company", None)  # said of the company, below
            if contact.pk in given and given[contact.pk] == o.email:
                values["email"] = o.email
            if company is not None:
                values["company"] = company.pk
            subject = Subject("contact", contact.pk)
            yield from (Claim(subject, f, v, o.occurred_at, o.source) for f, v in values.items())
        if described is not None:
            subject = Subject("company", described.pk)
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
) -> Iterable[tuple[str, Identified]]:
    """Who said on which device (by its anonymous id) who they are."""
    for o in observations:
        contact = people.of(o)
        if contact is not None and o.kind in {"identify", "alias"}:
            heard_at = o.occurred_at if o.source.is_trusted else o.received_at
            for device in {o.anonymous_id, o.previous_id} - {""}:
                yield device, Identified(o.occurred_at, heard_at, contact.pk)


def whose(observations: list[Observation], people: People) -> list[int | None]:
    """Whose each is, by name or by what is known of its device; None: nobody's that is known."""
    contacts = [people.of(observation) for observation in observations]
    told = list(zip(observations, contacts, strict=True))
    owners = devices.owners(seen(o) for o, who in told if who is None)
    return [who.pk if who else owners.get(seen(o)) for o, who in told]


def seen(observation: Observation) -> Seen:
    return Seen(observation.anonymous_id, observation.occurred_at, observation.received_at)


def store(
    observations: list[Observation], people: People, changed: set[int], joined: set[int]
) -> None:
    """Writes an event for each, moves those that turned out to be another's, touches everyone."""
    identified = devices.remember(identifications(observations, people))
    owners = whose(observations, people)
    moves = devices.misplaced(identified)
    claimed = hearsay.keep(zip(observations, owners, strict=True), people)
    claimed |= hearsay.reassign(identified)
    touched = changed | set(owners) | {move.new for move in moves} | claimed
    left = {move.old for move in moves} - {None}
    revisions = touch(touched - {None}, recount=left | joined)
    said = bots.Standing((o.anonymous_id for o in observations), owners)
    rows = (
        (
            *(o.source.pk, o.message_id, o.kind, o.name, o.properties),
            *(o.occurred_at, o.received_at, day_of(o.occurred_at), contact, o.anonymous_id),
            *(people.of(o) is None, said.is_bot(o, contact), revisions.get(contact, 0)),
        )
        for o, contact in zip(observations, owners, strict=True)
    )
    add_rows(Event, EVENT, rows)
    devices.move(moves, revisions)


EVENT = (
    "source_id", "message_id", "kind", "name", "properties", "occurred_at", "received_at", "day",
    "contact_id", "anonymous_id", "by_device", "is_bot", "revision",
)  # fmt: skip


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
