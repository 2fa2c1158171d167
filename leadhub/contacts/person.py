"""Everything that a contact's page shows."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from handoff.leads.visibility import visible_to
from handoff.models import Lead
from leadhub.contacts.lists import ContactRow, contact_rows
from leadhub.records import merging
from leadhub.records.models import AttributeChange, Company, Contact, Device, Merge, UserId
from scoring.models import ContactScore, Definition

COLLEAGUES = 6
CHANGES_READ = 500
DEALS = 20
FIELDS = (
    "job_title",
    "role",
    "seniority",
    "phone",
    "country",
    "source",
    "campaign",
)
COMPANY_FIELDS = ("domain", "industry", "employees", "revenue", "country", "region")


@dataclass(frozen=True)
class Attribute:
    """A value, and who said so last; `change` is None where nobody is on record."""

    label: str
    value: object
    change: AttributeChange | None


@dataclass(frozen=True)
class Identities:
    user_ids: list[UserId]
    devices: list[Device]
    merges: list[Merge]


@dataclass(frozen=True)
class Person:
    contact: Contact
    family: list[int]
    score: ContactScore | None
    leads: list[Lead]
    colleagues: list[ContactRow]
    attributes: list[Attribute]
    identities: Identities

    @property
    def open_lead(self) -> Lead | None:
        return next((lead for lead in self.leads if lead.is_open), None)


def person(contact: Contact, *, viewer, live: Definition | None) -> Person:
    merged = list(contact.merged.all())
    family = [contact.pk, *(other.pk for other in merged)]
    return Person(
        contact=contact,
        family=family,
        score=ContactScore.objects.filter(contact=contact, definition=live).first(),
        leads=list(leads_of(family, viewer)),
        colleagues=contact_rows(colleagues_of(contact), live),
        attributes=attributes_of(contact, FIELDS, latest_changes(Q(contact__in=family))),
        identities=Identities(
            user_ids=list(UserId.objects.filter(contact__in=family).order_by("id")),
            devices=list(Device.objects.filter(contact__in=family).order_by("-since")[:20]),
            merges=list(merging.merges_of(family)),
        ),
    )


def leads_of(family: Iterable[int], viewer) -> QuerySet:
    """The contact's leads that the viewer may see, latest first."""
    leads = Lead.objects.filter(visible_to(viewer), contact__in=family)
    return leads.select_related("owner", "team", "reason").order_by("-handed_over_at")[:20]


def colleagues_of(contact: Contact) -> QuerySet:
    if contact.company_id is None:
        return Contact.objects.none()
    people = Contact.objects.filter(company=contact.company_id, root=None).exclude(pk=contact.pk)
    return people.order_by("-id")[:COLLEAGUES]


def latest_changes(subject: Q) -> dict[str, AttributeChange]:
    """The last change of each field."""
    changes = AttributeChange.objects.filter(subject).select_related("source")
    newest_first = changes.order_by("-at", "-pk")[:CHANGES_READ]
    return {change.field: change for change in reversed(newest_first)}


def attributes_of(subject, fields: Iterable[str], changes: dict) -> list[Attribute]:
    """What is known of a contact or company: its fields first, then its custom attributes."""
    known = [
        Attribute(label_of(subject, name), value, changes.get(name))
        for name in fields
        if (value := getattr(subject, name)) not in ("", None)
    ]
    custom = subject.attributes if isinstance(subject.attributes, dict) else {}
    return known + [
        Attribute(name, value, changes.get(f"attributes.{name}"))
        for name, value in sorted(custom.items())
        if value not in ("", None)
    ]


def label_of(subject, field: str) -> str:
    return type(subject)._meta.get_field(field).verbose_name.capitalize()


def company_attributes(company: Company) -> list[Attribute]:
    return attributes_of(company, COMPANY_FIELDS, latest_changes(Q(company=company)))


def opportunities_of(company: Company) -> QuerySet:
    """The company's deals, the latest first."""
    return company.opportunities.select_related("owner").order_by("-opened_at")[:DEALS]
