"""How people stand at handoff: what a lead freezes of the score, the version and the receipt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.utils import timezone

from scoring.failures import NOT_ABOUT_A_CONTACT
from scoring.receipts import receipts_of
from scoring.versions import definition_of, live_definition

log = structlog.get_logger(__name__)

LONGEST_SENTENCE = 400


@dataclass(frozen=True)
class Standings:
    """How people stand, and of whom that could not be reckoned: the reason, by contact."""

    columns: dict[int, dict]
    failures: dict[int, str]


def standings_of(contact_ids: Iterable[int], *, at: datetime) -> Standings:
    """As `standing_of`, but one contact whose receipt can't be reckoned costs only itself: the
    others are halved until it is alone.
    """
    contact_ids = list(contact_ids)
    if not contact_ids:
        return Standings({}, {})
    try:
        return Standings(standing_of(contact_ids, at=at), {})
    except NOT_ABOUT_A_CONTACT:
        raise
    except Exception as error:
        if len(contact_ids) == 1:
            log.exception("contact can't be handed over", contact=contact_ids[0])
            return Standings({}, {contact_ids[0]: f"{type(error).__name__}: {error}"})
    middle = len(contact_ids) // 2
    first = standings_of(contact_ids[:middle], at=at)
    second = standings_of(contact_ids[middle:], at=at)
    return Standings(first.columns | second.columns, first.failures | second.failures)


def standing_of(contact_ids: Iterable[int], *, at: datetime) -> dict[int, dict]:
    """The columns of a lead that keep how each contact stood; nothing before a version is live.
    The receipt becomes JSON as the row is written.
    """
    live = live_definition()
    if live is None:
        return {}
    receipts = receipts_of(contact_ids, definition=definition_of(live), day=timezone.localdate(at))
    return {
        contact_id: {
            "definition_id": live.pk,
            "total": receipt.total,
            "behaviour": receipt.behaviour,
            "fit": receipt.fit,
            "grade": receipt.grade,
            "band": receipt.band,
            "receipt": receipt,
            "why": shortened(receipt.sentence()),
        }
        for contact_id, receipt in receipts.items()
    }


def shortened(sentence: str) -> str:
    """A long receipt keeps its first lines, the weightiest, and its sum."""
    if len(sentence) <= LONGEST_SENTENCE:
        return sentence
    lines, _, total = sentence.rpartition(" = ")
    kept = lines[: LONGEST_SENTENCE - len(total) - len(" · … = ")].rpartition(" · ")[0]
    return f"{kept} · … = {total}"
