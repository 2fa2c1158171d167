"""How people stand at handoff: what a lead freezes of the score, the version and the receipt."""

from collections.abc import Iterable
from datetime import datetime

from scoring.models import ContactScore, Definition


def standing_of(contact_ids: Iterable[int], *, at: datetime) -> dict[int, dict]:
    """The frozen columns of a lead, by contact; nothing for who has no score yet."""
    scores = ContactScore.objects.filter(
        contact__in=contact_ids, definition__status=Definition.Status.LIVE
    )
    return {
        score.contact_id: {
            "definition_id": score.definition_id,
            "total": score.total,
            "behaviour": score.behaviour,
            "fit": score.fit,
            "grade": score.grade,
            "band": score.band,
        }
        for score in scores
    }
