"""Brings the columns of contacts and companies in line with what the history says holds now."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.db.models import Q

from leadhub.records import history
from leadhub.records.companies import by_domain
from leadhub.records.family import family_of
from leadhub.records.free_mail import company_domain
from leadhub.records.history import Current, Subject
from leadhub.records.models import Company, Contact, Source
from leadhub.records.traits import CONTACT_TEXTS

COMPANY_TEXTS = {"name", "industry", "country", "region"}
COMPANY_FIELDS = COMPANY_TEXTS | {"employees", "revenue", "status"}
COMPANY_COLUMNS = [*sorted(COMPANY_FIELDS), "attributes"]
CONTACT_COLUMNS = [
    *sorted(CONTACT_TEXTS),
    *("consented_at", "consent_source", "opted_out_at", "opt_out_source", "do_not_contact"),
    *("company", "attributes"),
]
CUSTOM = "attributes."
NOTHING = Current(None, datetime.min.replace(tzinfo=UTC), Source(name=""))


def restate_contacts(ids: Iterable[int], fields: set[str] | None = None) -> set[int]:
    """Restates the contacts, and those they were merged into; returns which of them changed.

    A contact's own columns show what is known of the whole person, where others were merged into
    it; a merged contact keeps showing its own.
    """
    ids = set(ids)
    if not ids:
        return set()
    family = Contact.objects.filter(
        Q(pk__in=ids) | Q(pk__in=Contact.objects.filter(pk__in=ids).values("root"))
    ).in_bulk()
    members: dict[int, list[int]] = {pk: [pk] for pk in family}
    for pk, root in Contact.objects.filter(root__in=family).values_list("pk", "root_id"):
        members[root].append(pk)
    employers = employers_of_merged(family)
    everyone = {Subject("contact", pk) for group in members.values() for pk in group}
    known = history.current(everyone, fields)
    changed = []
    for pk, contact in family.items():
        said = [item for one in members[pk] for item in known[Subject("contact", one)].items()]
        told = restate(contact, history.best(said), set_contact_field)
        if contact.company_id is None and pk in employers:
            contact.company_id, told = employers[pk], True
        if told:
            changed.append(contact)
    save(changed, CONTACT_COLUMNS)
    return {contact.pk for contact in changed}


def employers_of_merged(roots: Iterable[int]) -> dict[int, int]:
    """Root → the company of whoever was merged into it, the earliest known of those with one: a
    person with a free mailbox and an address at work works there.
    """
    merged = Contact.objects.filter(root__in=list(roots), company__isnull=False).order_by("-pk")
    return dict(merged.values_list("root_id", "company_id"))


def part(contact: Contact, others: Iterable[int], *, at: datetime) -> None:
    """Empties the contact's columns of what was known only through the others, who are not the
    same person any more from `at` on, and gives it the company that it has without them.
    """
    others = list(others)
    family = family_of([contact.pk]).values_list("pk", flat=True)
    forget(contact, known_of(others) - known_of(family))
    theirs = Contact.objects.filter(pk__in=others).values_list("company", flat=True)
    if contact.company_id in {*theirs, *companies_said_of(others)}:
        domain = company_domain(contact.email or "")
        contact.company = by_domain([domain], at=at)[domain] if domain else None
    save([contact], CONTACT_COLUMNS)


def forget(contact: Contact, fields: Iterable[str]) -> None:
    """Empties the columns of what is not known of the contact any more. Saves nothing."""
    for field in set(fields) - {"company", "email"}:
        if field.startswith(CUSTOM):
            contact.attributes.pop(field.removeprefix(CUSTOM), None)
        else:
            set_contact_field(contact, field, NOTHING)


def lose(fields: Mapping[int, set[str]]) -> None:
    """Contact → of which fields something that was said of it is another's after all."""
    for contact in Contact.objects.filter(pk__in=fields).select_related("root"):
        for one in filter(None, (contact, contact.root)):
            family = family_of([one.pk]).values_list("pk", flat=True)
            forget(one, fields[contact.pk] - known_of(family))
            save([one], CONTACT_COLUMNS)
    restate_contacts(fields)


def known_of(contacts: Iterable[int]) -> set[str]:
    """The fields of which something is known of the contacts."""
    known = history.current({Subject("contact", pk) for pk in contacts})
    return {field for of_one in known.values() for field in of_one}


def companies_said_of(contacts: Iterable[int]) -> set[int | None]:
    known = history.current({Subject("contact", pk) for pk in contacts}, {"company"})
    return {fields["company"].value for fields in known.values()}


def restate_companies(ids: Iterable[int], fields: set[str] | None = None) -> set[int]:
    """Restates the companies; returns which of them changed."""
    ids = set(ids)
    known = history.current({Subject("company", pk) for pk in ids}, fields)
    changed = [
        company
        for company in Company.objects.filter(pk__in=ids)
        if restate(company, known[Subject("company", company.pk)], set_company_field)
    ]
    save(changed, COMPANY_COLUMNS)
    return {company.pk for company in changed}


def restate(row: Contact | Company, known: dict[str, Current], set_field) -> bool:
    """Sets what is known on the row; returns whether anything changed."""
    before = {**vars(row), "attributes": dict(row.attributes)}
    for field, current in known.items():
        if field.startswith(CUSTOM):
            set_custom(row, field.removeprefix(CUSTOM), current)
        else:
            set_field(row, field, current)
    return any(before[name] != value for name, value in vars(row).items() if name in before)


def set_custom(row: Contact | Company, name: str, current: Current) -> None:
    if current.value is None:
        row.attributes.pop(name, None)
    else:
        row.attributes[name] = current.value


def set_contact_field(contact: Contact, field: str, current: Current) -> None:
    if field in CONTACT_TEXTS:
        setattr(contact, field, current.value or "")
    elif field == "company":
        # What a public key says is kept, but where somebody works the e-mail or others tell.
        if current.source.is_trusted:
            contact.company_id = current.value
    elif field == "consented":
        contact.consented_at = current.at if current.value else None
        contact.consent_source = current.source.name if current.value else ""
    elif field == "opted_out":
        contact.opted_out_at = current.at if current.value else None
        contact.opt_out_source = current.source.name if current.value else ""
    elif field == "do_not_contact":
        contact.do_not_contact = bool(current.value)


def set_company_field(company: Company, field: str, current: Current) -> None:
    if field in COMPANY_TEXTS:
        setattr(company, field, current.value or "")
    elif field in COMPANY_FIELDS:
        setattr(company, field, current.value)


def save(rows: list, columns: list[str]) -> None:
    """One statement for all, whatever changed in each: far faster than bulk_update's CASE. In the
    order of their ids, so that two writers never wait for each other.
    """
    if rows:
        in_order = sorted(rows, key=lambda row: row.pk)
        type(rows[0]).objects.bulk_create(
            in_order,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=columns,
            batch_size=500,
        )
