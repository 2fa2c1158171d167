"""Leads as rows: the list behind every number about them."""

from datetime import datetime, timedelta

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from handoff.models import Lead, RejectionReason, Stage
from handoff.reports.measures import MARKETING, MEASURE_NAMES, MEASURES, NO_SOURCE
from handoff.reports.periods import end_of, start_of
from leadhub.users.models import Team, User

AGES = {
    "hour": ("Under an hour", timedelta(0), timedelta(hours=1)),
    "day": ("1 to 24 hours", timedelta(hours=1), timedelta(days=1)),
    "3_days": ("1 to 3 days", timedelta(days=1), timedelta(days=3)),
    "10_days": ("3 to 10 days", timedelta(days=3), timedelta(days=10)),
    "older": ("Over 10 days", timedelta(days=10), timedelta(days=36500)),
}


def aged(age: str, at: datetime) -> Q:
    """The condition that a lead was handed over as long before `at` as the age says."""
    _, youngest, oldest = AGES[age]
    return Q(handed_over_at__lte=at - youngest, handed_over_at__gt=at - oldest)


def day_picker(title: str) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "title": title})


class LeadFilter(django_filters.FilterSet):
    """The leads that an address asks for. Ages are reckoned at the instant `at`."""

    since = django_filters.DateFilter(
        label="Handed over from", method="handed_over_since", widget=day_picker("Handed over from")
    )
    until = django_filters.DateFilter(
        label="Handed over until",
        method="handed_over_until",
        widget=day_picker("Handed over until"),
    )
    measure = django_filters.ChoiceFilter(
        label="Outcome",
        empty_label="Any outcome",
        choices=list(MEASURE_NAMES.items())[1:],
        method="of_measure",
    )
    stage = django_filters.ChoiceFilter(label="Stage", empty_label="Any stage", choices=Stage)
    origin = django_filters.ChoiceFilter(
        label="Origin",
        empty_label="Any origin",
        choices=[*Lead.Origin.choices, ("marketing", "Score or hand-raise")],
        method="of_origin",
    )
    raised = django_filters.ChoiceFilter(
        label="Hand raised",
        empty_label="Hand raised or not",
        choices=[("yes", "Yes"), ("no", "No")],
        method="hand_raised",
    )
    reason = django_filters.ModelChoiceFilter(
        label="Reason",
        empty_label="Any reason",
        queryset=RejectionReason.objects.all(),
        null_label="No reason",
    )
    source = django_filters.CharFilter(
        label="Source", method="of_source", widget=forms.TextInput(attrs={"placeholder": "Source"})
    )
    team = django_filters.ModelChoiceFilter(
        label="Team", empty_label="Any team", queryset=Team.objects.all(), null_label="Every team's"
    )
    owner = django_filters.ModelChoiceFilter(
        label="Owner", empty_label="Anybody's", queryset=User.objects.all(), null_label="Nobody"
    )
    judged_by = django_filters.ModelChoiceFilter(
        label="Judged by", empty_label="Judged by anybody", queryset=User.objects.all()
    )
    age = django_filters.ChoiceFilter(
        label="Age",
        empty_label="Any age",
        choices=[(key, age[0]) for key, age in AGES.items()],
        method="of_age",
    )

    def __init__(self, *args, at: datetime, **kwargs):
        self.at = at
        super().__init__(*args, **kwargs)

    @property
    def found(self) -> QuerySet[Lead]:
        """The rows; none where the address asks for something senseless."""
        return self.qs if self.is_valid() else self.queryset.none()

    def handed_over_since(self, leads, name, day):
        return leads.filter(handed_over_at__gte=start_of(day))

    def handed_over_until(self, leads, name, day):
        return leads.filter(handed_over_at__lt=end_of(day))

    def of_measure(self, leads, name, measure):
        return leads.filter(MEASURES[measure])

    def of_origin(self, leads, name, origin):
        return leads.filter(origin__in=MARKETING if origin == "marketing" else [origin])

    def hand_raised(self, leads, name, answer):
        return leads.filter(hand_raised_at__isnull=answer == "no")

    def of_source(self, leads, name, source):
        return leads.filter(contact__source="" if source == NO_SOURCE else source)

    def of_age(self, leads, name, age):
        return leads.filter(aged(age, self.at))


def lead_rows(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """The leads with all that a row shows, latest first."""
    related = ("contact", "contact__company", "owner", "team", "reason", "opportunity")
    return leads.select_related(*related).order_by("-handed_over_at", "-pk")
