"""Customers, and companies with a deal under way, never come as MQLs: what they do alerts whom
they belong to.
"""

from datetime import date, datetime, timedelta

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from handoff.entry.candidates import not_sold_to, signals_that_bring_back
from handoff.models import CustomerAlert
from leadhub.records.models import Opportunity
from leadhub.users.models import Role, User
from scoring.models import Tally
from scoring.versions import live_definition

# What happened before yesterday and only came in now is history.
NOTICED_FOR = timedelta(days=1)
SHOWN_FOR = timedelta(days=30)


def notice_customers(*, at: datetime, limit: int = 1000) -> int:
    """Notes what customers did today and yesterday, once a person and day; how many are new."""
    live = live_definition()
    if live is None:
        return 0
    told = CustomerAlert.objects.filter(contact=OuterRef("person"), day=OuterRef("day"))
    tallies = (
        Tally.objects.filter(
            signal__in=signals_that_bring_back(live),
            day__gte=timezone.localdate(at) - NOTICED_FOR,
            contact__company__isnull=False,
        )
        .exclude(not_sold_to())
        .annotate(person=Coalesce("contact__root_id", "contact_id"))
        .filter(~Exists(told))
        .order_by()
        .values_list("person", "day")
        .distinct()[:limit]
    )
    alerts = [CustomerAlert(contact_id=person, day=day, at=at) for person, day in tallies]
    CustomerAlert.objects.bulk_create(alerts, ignore_conflicts=True)
    return len(alerts)


def with_owner() -> QuerySet[CustomerAlert]:
    """The alerts with `owner`: whom the company belongs to, else its latest open deal."""
    deals = Opportunity.objects.filter(
        company=OuterRef("contact__company"), stage=Opportunity.Stage.OPEN, owner__is_active=True
    )
    owners = User.objects.filter(pk=OuterRef("contact__company__owner"), is_active=True)
    return CustomerAlert.objects.annotate(
        owner=Coalesce(
            Subquery(owners.values("pk")[:1]),
            Subquery(deals.order_by("-opened_at", "-pk").values("owner")[:1]),
            output_field=BigIntegerField(),
        )
    )


def alerts_for(user, *, day: date) -> QuerySet[CustomerAlert]:
    """Those of the last thirty days that are not dismissed: a rep's own; a manager sees all, those
    of companies that nobody owns among them.
    """
    alerts = with_owner().filter(dismissed_at=None, day__gte=day - SHOWN_FOR)
    mine = Q(owner=user.pk)
    seen = alerts if user.role in (Role.MANAGER, Role.ADMINISTRATOR) else alerts.filter(mine)
    return seen.select_related("contact__company__owner").order_by("-day", "-pk")


def signals_of(alerts: list[CustomerAlert]) -> dict[int, list[str]]:
    """Alert → what the person did on its day, by the signals' names."""
    days = {(alert.contact_id, alert.day): alert.pk for alert in alerts}
    people = {alert.contact_id for alert in alerts}
    live = live_definition()
    found: dict[int, list[str]] = {}
    tallies = Tally.objects.filter(
        Q(contact__in=people) | Q(contact__root__in=people),
        day__in={alert.day for alert in alerts},
        signal__in=signals_that_bring_back(live) if live else [],
    ).values_list("contact", "contact__root", "day", "signal__name")
    for contact, root, day, name in tallies.order_by("-signal__name"):
        alert = days.get((root or contact, day))
        if alert is not None and name not in found.setdefault(alert, []):
            found[alert].append(name)
    return found


def dismiss(alert: CustomerAlert, *, by, at: datetime) -> None:
    """The person has seen to it."""
    still_open = CustomerAlert.objects.filter(pk=alert.pk, dismissed_at=None)
    still_open.update(dismissed_at=at, dismissed_by=by)
