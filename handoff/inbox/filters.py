"""The filters over the inbox; their state is the address."""

from datetime import datetime, timedelta
from functools import lru_cache

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from handoff.inbox.reasons import Choices
from handoff.leads.shown import ORDERS
from handoff.models import Lead, Stage
from leadhub.search import people_found, search_box

GRADES = [(grade, f"Grade {grade}") for grade in "ABCD"]
AGES = [
    ("today", "Last 24 hours"),
    ("week", "Last 7 days"),
    ("month", "Last 30 days"),
    ("older", "Older than 7 days"),
]
SORTS = [("best", "Best first"), ("newest", "Newest first"), ("oldest", "Oldest first"),
         ("score", "Highest score first")]  # fmt: skip


def text_box(placeholder: str) -> forms.TextInput:
    return forms.TextInput(attrs={"placeholder": placeholder})


class InboxFilter(filters.FilterSet):
    q = filters.CharFilter(
        label="Search",
        method="search",
        widget=search_box("Name, e-mail or company"),
    )
    least = filters.NumberFilter(
        label="Score at least", field_name="total", lookup_expr="gte", min_value=-1000,
        max_value=100_000, widget=forms.NumberInput(attrs={"placeholder": "Score at least"}),
    )  # fmt: skip
    grade = filters.ChoiceFilter(choices=GRADES, empty_label="Any grade", label="Grade")
    origin = filters.ChoiceFilter(
        choices=Lead.Origin.choices, empty_label="Any origin", label="Origin"
    )
    age = filters.ChoiceFilter(
        choices=AGES, empty_label="Any age", label="Handed over", method="of_age"
    )
    source = filters.CharFilter(
        field_name="contact__source", lookup_expr="icontains", label="Source",
        widget=text_box("Source"),
    )  # fmt: skip
    region = filters.CharFilter(method="of_region", label="Region", widget=text_box("Region"))
    sort = filters.ChoiceFilter(
        choices=SORTS, empty_label="Usual order", label="Order", method="as_ordered"
    )

    class Meta:
        model = Lead
        fields = ["q", "least", "grade", "origin", "age", "source", "region", "sort"]

    def __init__(self, *args, at: datetime, reasons: Choices = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.at, self.reasons = at, reasons

    def search(self, leads: QuerySet, name: str, text: str) -> QuerySet:
        return people_found(leads, text, contact="contact__")

    def of_age(self, leads: QuerySet, name: str, age: str) -> QuerySet:
        if age == "older":
            return leads.filter(handed_over_at__lt=self.at - timedelta(days=7))
        days = {"today": 1, "week": 7, "month": 30}[age]
        return leads.filter(handed_over_at__gte=self.at - timedelta(days=days))

    def of_region(self, leads: QuerySet, name: str, region: str) -> QuerySet:
        return leads.filter(
            Q(contact__company__region__icontains=region) | Q(contact__country__icontains=region)
        )

    def as_ordered(self, leads: QuerySet, name: str, order: str) -> QuerySet:
        return leads.order_by(*ORDERS[order])


class RefusedFilter(InboxFilter):
    """For the views of leads that sales may have refused before."""

    reason = filters.ChoiceFilter(label="Reason", empty_label="Any reason", method="refused_for")

    class Meta(InboxFilter.Meta):
        fields = [*InboxFilter.Meta.fields, "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["reason"].extra["choices"] = self.reasons

    def refused_for(self, leads: QuerySet, name: str, reason: str) -> QuerySet:
        """This time, or the time before."""
        return leads.filter(Q(reason=reason) | Q(previous__reason=reason))


class AnyStageFilter(RefusedFilter):
    """For the view of all leads, of which many are closed."""

    stage = filters.ChoiceFilter(choices=Stage.choices, empty_label="Any stage", label="Stage")

    class Meta(RefusedFilter.Meta):
        fields = [*RefusedFilter.Meta.fields, "stage"]


@lru_cache(maxsize=64)
def empty_fields(kind: type[InboxFilter], reasons: Choices) -> SafeString:
    """The fields of a filter that narrows nothing, drawn: they say the same to everybody."""
    return fields_of(kind({}, Lead.objects.none(), at=None, reasons=reasons))


def fields_of(narrowing: InboxFilter) -> SafeString:
    return render_to_string("handoff/_filter_fields.html", {"form": narrowing.form})


def filter_of(view: str) -> type[InboxFilter]:
    return {"all": AnyStageFilter, "returning": RefusedFilter}.get(view, InboxFilter)
