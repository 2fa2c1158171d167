"""What the lists of contacts and companies can be searched and sorted by: the address says it."""

import django_filters as filters
from django import forms
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Lower

from handoff.inbox.filters import GRADES
from leadhub.records.models import Company, Contact
from leadhub.search import companies_found, people_found, search_box
from scoring.models import ContactScore, Definition

STANDINGS = [
    ("qualified", "Qualified"),
    ("not_qualified", "Not qualified"),
    ("disqualified", "Disqualified"),
    ("not_approachable", "May not be approached"),
]

# Each of these is an index read backwards or forwards: no sorting of a million rows.
CONTACT_ORDERS = {
    "-created": ["-id"],
    "created": ["id"],
    "-score": ["-scores__total", "-id"],
    "score": ["scores__total", "id"],
    "email": [Lower("email").asc(nulls_last=True), "id"],
    "-email": [Lower("email").desc(nulls_last=True), "-id"],
}
COMPANY_ORDERS = {
    "name": ["name", "id"],
    "-name": ["-name", "-id"],
    "employees": [F("employees").asc(nulls_last=True), "id"],
    "-employees": [F("employees").desc(nulls_last=True), "-id"],
}


class ContactFilter(filters.FilterSet):
    """Contacts by what is known of them and by their score under the live version."""

    q = filters.CharFilter(
        label="Search", method="search", widget=search_box("Name, e-mail or company")
    )
    grade = filters.ChoiceFilter(
        label="Grade", choices=GRADES, method="of_grade", empty_label="Any grade"
    )
    standing = filters.ChoiceFilter(
        label="Standing", choices=STANDINGS, method="of_standing", empty_label="Any standing"
    )
    least = filters.NumberFilter(
        label="Score at least",
        method="of_least_score",
        widget=forms.NumberInput(attrs={"placeholder": "Score at least"}),
        min_value=-1000,
        max_value=100_000,
    )
    source = filters.CharFilter(
        label="Source",
        lookup_expr="iexact",
        widget=forms.TextInput(attrs={"placeholder": "Source"}),
    )

    class Meta:
        model = Contact
        fields = []

    def __init__(self, *args, live: Definition | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.live = live

    def search(self, queryset, name, text):
        return people_found(queryset, text)

    def scored(self, **wanted) -> Exists:
        scores = ContactScore.objects.filter(contact=OuterRef("pk"), definition=self.live)
        return Exists(scores.filter(**wanted))

    def of_grade(self, queryset, name, grade):
        return queryset.filter(self.scored(grade=grade))

    def of_least_score(self, queryset, name, least):
        return queryset.filter(self.scored(total__gte=least))

    def of_standing(self, queryset, name, standing):
        if standing == "disqualified":
            return queryset.filter(self.scored(disqualified_by__gt=""))
        if standing == "not_approachable":
            return queryset.filter(self.scored(approachable=False))
        return queryset.filter(self.scored(qualified=standing == "qualified"))


class CompanyFilter(filters.FilterSet):
    q = filters.CharFilter(label="Search", method="search", widget=search_box("Name or domain"))
    status = filters.ChoiceFilter(
        label="Status", choices=Company.Status.choices, empty_label="Any status"
    )
    industry = filters.CharFilter(
        label="Industry",
        lookup_expr="iexact",
        widget=forms.TextInput(attrs={"placeholder": "Industry"}),
    )

    class Meta:
        model = Company
        fields = []

    def search(self, queryset, name, text):
        return companies_found(queryset, text)


def contacts_in_order(queryset: QuerySet, sort: str, live: Definition | None) -> QuerySet:
    """By score, only those who have one under the live version: read along its index."""
    order = CONTACT_ORDERS.get(sort, CONTACT_ORDERS["-created"])
    if sort in ("score", "-score"):
        queryset = queryset.filter(scores__definition=live)
    return queryset.order_by(*order)


def companies_in_order(queryset: QuerySet, sort: str) -> QuerySet:
    return queryset.order_by(*COMPANY_ORDERS.get(sort, COMPANY_ORDERS["name"]))
