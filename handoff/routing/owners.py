"""Who should have a person before anybody's turn is asked: the same rep for the same company."""

from collections.abc import Collection
from typing import NamedTuple

from handoff.models import OPEN_STAGES, Assignment, Lead
from leadhub.among import Among
from leadhub.records.models import Company
from leadhub.users.models import User

Reason = Assignment.Reason


class Owner(NamedTuple):
    user: User
    reason: Reason


def owners_of(companies: Collection[int]) -> dict[int, list[Owner]]:
    """Company → its owner, then who works on somebody of it already; only who still works here."""
    by_company: dict[int, list[Owner]] = {}
    if not companies:
        return by_company
    owned = Company.objects.filter(Among("pk", companies), owner__is_active=True)
    for company in owned.select_related("owner"):
        by_company[company.pk] = [Owner(company.owner, Reason.COMPANY_OWNER)]
    colleagues = Lead.objects.filter(
        Among("contact__company", companies), stage__in=OPEN_STAGES, owner__is_active=True
    )
    # Of several the latest.
    worked = dict(
        colleagues.order_by("handed_over_at", "pk").values_list("contact__company", "owner")
    )
    users = User.objects.in_bulk(set(worked.values()))
    for company, user in worked.items():
        by_company.setdefault(company, []).append(Owner(users[user], Reason.COLLEAGUE))
    return by_company
