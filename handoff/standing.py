"""How people stand at handoff: what a lead freezes of the score, the version and the receipt."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from scoring.receipts import receipts_of
from scoring.versions import definition_of, live_definition

LONGEST_SENTENCE = 400


def standing_of(contact_ids: Iterable[int], *, at: datetime) -> dict[int, dict]:
    """The columns of a lead that keep how each contact stood; nothing before a version is live."""
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
            "receipt": receipt.as_json(),
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
