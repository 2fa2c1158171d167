"""What LeadHub said on a day: the ledger, read back."""

from dataclasses import dataclass
from datetime import date

from scoring.models import Definition, ScoreChange

CHANGES_SHOWN = 10


@dataclass(frozen=True)
class Recorded:
    """How a contact stood in the ledger at the end of a day, and the latest changes until then,
    the last one first.
    """

    changes: tuple[ScoreChange, ...]

    @property
    def last(self) -> ScoreChange:
        return self.changes[0]

    def as_json(self) -> dict:
        """Plain values, dates as ISO texts."""
        return {
            "total": self.last.total_to,
            "behaviour": self.last.behaviour_to,
            "fit": self.last.fit_to,
            "qualified": self.last.qualified_to,
            "changes": [change.as_json() for change in self.changes],
        }


def recorded_on(contact_id: int, *, definition: Definition, day: date) -> Recorded | None:
    """What was recorded of the contact by the end of the day; None before the first score."""
    changes = ScoreChange.objects.filter(
        contact=contact_id, definition=definition, day__lte=day
    ).order_by("-at", "-id")
    latest = tuple(changes.select_related("definition")[:CHANGES_SHOWN])
    return Recorded(latest) if latest else None
