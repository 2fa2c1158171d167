"""What marketing's lists can be narrowed by; the address says it."""

import django_filters
from django.db.models import Q, QuerySet

from handoff.entry.candidates import RECYCLES_UNTIL_RELEASE, recycles_of_person
from handoff.inbox.filters import GRADES, text_box
from handoff.models import RejectionReason, Stage
from leadhub.search import people_found, search_box
from leadhub.users.models import User

# Who comes again only if marketing says so.
UNDECIDED = Q(released_at=None) & (
    Q(stage=Stage.DISQUALIFIED)
    | Q(reason__kind=RejectionReason.Kind.DISQUALIFY)
    | Q(stage=Stage.RECYCLED, recycles__gte=RECYCLES_UNTIL_RELEASE)
)


class PeopleFilter(django_filters.FilterSet):
    """For rows that have a contact."""

    q = django_filters.CharFilter(
        label="Search",
        method="search",
        widget=search_box("Name, e-mail or company"),
    )
    source = django_filters.CharFilter(
        field_name="contact__source",
        lookup_expr="icontains",
        label="Source",
        widget=text_box("Source"),
    )

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return people_found(rows, text, contact="contact__")


class LeadsFilter(PeopleFilter):
    grade = django_filters.ChoiceFilter(choices=GRADES, empty_label="Any grade", label="Grade")
    owner = django_filters.ModelChoiceFilter(
        queryset=User.objects.filter(team__isnull=False).order_by("name", "email"),
        empty_label="Any rep",
        label="Rep",
    )


class RejectedFilter(LeadsFilter):
    reason = django_filters.ModelChoiceFilter(
        queryset=RejectionReason.objects.all(), empty_label="Any reason", label="Reason"
    )
    state = django_filters.ChoiceFilter(
        choices=[
            ("undecided", "Comes only if released"),
            ("by-itself", "May return by itself"),
            ("released", "Released"),
        ],
        empty_label="Any state",
        label="State",
        method="in_state",
    )

    def in_state(self, leads: QuerySet, name: str, state: str) -> QuerySet:
        leads = leads.alias(recycles=recycles_of_person())
        if state == "released":
            return leads.filter(released_at__isnull=False)
        if state == "undecided":
            return leads.filter(UNDECIDED)
        return leads.filter(released_at=None).exclude(pk__in=leads.filter(UNDECIDED).values("pk"))
