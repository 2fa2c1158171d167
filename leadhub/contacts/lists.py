"""The rows of the lists: a page of contacts or companies with what else is known of each.

Each is read with the same few queries however many rows there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, OuterRef, Q, Subquery

from leadhub.contacts.filters import (
    CompanyFilter,
    ContactFilter,
    companies_in_order,
    contacts_in_order,
)
from leadhub.pagination import Page, page_of
from leadhub.records.family import family_of
from leadhub.records.models import Company, Contact, Event
from scoring.models import ContactScore, Definition


@dataclass(frozen=True)
class ContactRow:
    contact: Contact
    score: ContactScore | None
    last_seen: datetime | None


@dataclass(frozen=True)
class CompanyRow:
    company: Company
    contacts: int
    qualified: int
    best: int | None


def contacts_page(parameters, live: Definition | None) -> tuple[ContactFilter, Page]:
    """The filters as the address has them, and the page of rows that it asks for."""
    people = Contact.objects.filter(root=None).select_related("company")
    chosen = ContactFilter(parameters, queryset=people, live=live)
    found = contacts_in_order(chosen.qs, parameters.get("sort", ""), live)
    return chosen, with_rows(page_of(found, parameters.get("page")), live)


def companies_page(parameters, live: Definition | None) -> tuple[CompanyFilter, Page]:
    chosen = CompanyFilter(parameters, queryset=Company.objects.select_related("owner"))
    page = page_of(
        companies_in_order(chosen.qs, parameters.get("sort", "")), parameters.get("page")
    )
    counted = counted_contacts([company.pk for company in page], live)
    nobody = {"contacts": 0, "qualified": 0, "best": None}
    rows = [CompanyRow(company, **counted.get(company.pk, nobody)) for company in page]
    return chosen, Page(rows=rows, number=page.number, has_more=page.has_more)


def contacts_of_company(company: Company, number: str | None, live: Definition | None) -> Page:
    """The people at a company, the latest first."""
    people = Contact.objects.filter(company=company, root=None).order_by("-id")
    return with_rows(page_of(people, number), live)


def with_rows(page: Page, live: Definition | None) -> Page:
    return Page(rows=contact_rows(page, live), number=page.number, has_more=page.has_more)


def contact_rows(contacts: Iterable[Contact], live: Definition | None) -> list[ContactRow]:
    contacts = list(contacts)
    ids = [contact.pk for contact in contacts]
    scores = ContactScore.objects.filter(definition=live, contact__in=ids)
    score_of = {score.contact_id: score for score in scores}
    seen = last_seen(ids)
    return [
        ContactRow(contact, score_of.get(contact.pk), seen.get(contact.pk)) for contact in contacts
    ]


def last_seen(contact_ids: list[int]) -> dict[int, datetime]:
    """When each contact, or one merged into it, last did something."""
    latest = Event.objects.filter(contact=OuterRef("pk")).order_by("-day", "-occurred_at")
    seen: dict[int, datetime] = {}
    moments = family_of(contact_ids).annotate(seen=Subquery(latest.values("occurred_at")[:1]))
    for pk, root, moment in moments.values_list("pk", "root", "seen"):
        if moment is not None:
            seen[root or pk] = max(moment, seen.get(root or pk, moment))
    return seen


def counted_contacts(company_ids: list[int], live: Definition | None) -> dict[int, dict]:
    """By company: how many people, how many of them qualified, and the best score."""
    scored = Q(scores__definition=live)
    groups = (
        Contact.objects.filter(company__in=company_ids, root=None)
        .order_by()
        .values("company")
        .annotate(
            contacts=Count("pk", distinct=True),
            qualified=Count("pk", filter=scored & Q(scores__qualified=True), distinct=True),
            best=Max("scores__total", filter=scored),
        )
    )
    return {group.pop("company"): group for group in groups}
