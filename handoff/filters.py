"""The filters over the inbox; their state is the address."""

import django_filters
from django import forms

from handoff.models import Lead, RejectionReason, Stage

GRADES = [(grade, f"Grade {grade}") for grade in "ABCD"]


class InboxFilter(django_filters.FilterSet):
    grade = django_filters.ChoiceFilter(
        choices=GRADES,
        empty_label="Any grade",
        label="Grade",
    )
    origin = django_filters.ChoiceFilter(
        choices=Lead.Origin.choices, empty_label="Any origin", label="Origin"
    )
    source = django_filters.CharFilter(
        field_name="contact__source",
        lookup_expr="icontains",
        label="Source",
        widget=forms.TextInput(attrs={"placeholder": "Source", "type": "search"}),
    )

    class Meta:
        model = Lead
        fields = ["grade", "origin", "source"]


class AnyStageFilter(InboxFilter):
    """For the view of all leads, of which many are closed."""

    stage = django_filters.ChoiceFilter(
        choices=Stage.choices, empty_label="Any stage", label="Stage"
    )
    reason = django_filters.ModelChoiceFilter(
        queryset=RejectionReason.objects.all(), empty_label="Any reason", label="Reason"
    )

    class Meta(InboxFilter.Meta):
        fields = ["grade", "origin", "stage", "reason", "source"]


FILTERS = {"queue": InboxFilter, "mine": InboxFilter, "all": AnyStageFilter}
