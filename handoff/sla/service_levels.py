"""Which promise holds for a lead."""

from collections.abc import Sequence

from handoff.models import Lead, ServiceLevel
from leadhub.conditions.fold import fold

# What holds until somebody says otherwise: minutes of business time, eight hours to a day.
STARTER = (
    {
        "name": "Hand-raises",
        "raised": ServiceLevel.Raised.ONLY,
        "response_minutes": 15,
        "verdict_minutes": 480,
        "due_soon_minutes": 5,
    },
    {
        "name": "Everyone else",
        "raised": ServiceLevel.Raised.ANY,
        "response_minutes": 480,
        "verdict_minutes": 960,
        "due_soon_minutes": 60,
    },
)


def starter_levels() -> list[ServiceLevel]:
    """The starter's levels, not saved."""
    return [ServiceLevel(position=n, **level) for n, level in enumerate(STARTER, start=1)]


def install() -> None:
    """Saves the starter's levels where there are none."""
    if not ServiceLevel.objects.exists():
        ServiceLevel.objects.bulk_create(starter_levels(), ignore_conflicts=True)


def service_levels() -> list[ServiceLevel]:
    """In the order in which they are asked; the starter's where none is stored."""
    return list(ServiceLevel.objects.all()) or starter_levels()


def level_of(lead: Lead, levels: Sequence[ServiceLevel]) -> ServiceLevel | None:
    """The first that fits the lead, which comes with its contact; None: nothing is promised."""
    return next((level for level in levels if fits(level, lead)), None)


def fits(level: ServiceLevel, lead: Lead) -> bool:
    raised = lead.hand_raised_at is not None
    if level.raised != ServiceLevel.Raised.ANY and raised != (
        level.raised == ServiceLevel.Raised.ONLY
    ):
        return False
    if level.grades and (not lead.grade or lead.grade not in level.grades):
        return False
    return not level.source or fold(level.source) == fold(lead.contact.source)
