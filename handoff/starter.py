"""What a new installation starts with: reasons for a rejection, and service levels."""

from handoff.models import RejectionReason
from handoff.sla import service_levels

Kind = RejectionReason.Kind

REASONS = (
    {"name": "Not our ICP", "kind": Kind.NOT_ICP},
    {"name": "Bad timing", "kind": Kind.TIMING},
    {"name": "No response", "kind": Kind.COOL_DOWN, "cool_down_days": 30, "attempts_required": 1},
    {"name": "No need or budget", "kind": Kind.COOL_DOWN, "cool_down_days": 90},
    {"name": "Wrong territory", "kind": Kind.REQUEUE, "counts_against_marketing": False},
    {"name": "Bad data", "kind": Kind.BAD_DATA, "note_required": True},
    {"name": "Duplicate", "kind": Kind.DUPLICATE, "counts_against_marketing": False},
    {"name": "Already a customer", "kind": Kind.DUPLICATE, "counts_against_marketing": False},
    {"name": "Competitor", "kind": Kind.DISQUALIFY},
    {"name": "Student", "kind": Kind.DISQUALIFY},
    {"name": "Job seeker", "kind": Kind.DISQUALIFY},
)


def install() -> None:
    """Adds the starter reasons whose names are not taken, and service levels where there are
    none; changes nothing that stands.
    """
    RejectionReason.objects.bulk_create(
        (
            RejectionReason(position=position, **reason)
            for position, reason in enumerate(REASONS, start=1)
        ),
        ignore_conflicts=True,
    )
    service_levels.install()
