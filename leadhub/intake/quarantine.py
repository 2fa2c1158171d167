"""What became of messages that could not be understood: corrected, and taken in again."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from leadhub.intake import body
from leadhub.intake.models import QuarantinedMessage, ReceivedBatch


class NotReplayable(ValueError):
    """The message's text is no JSON object."""


def checked(text: str) -> dict:
    """The message that the text is. Raises NotReplayable."""
    try:
        message = json.loads(text, parse_constant=body.refuse_constant)
    except (ValueError, RecursionError) as error:
        raise NotReplayable(f"This is not JSON: {error}") from None
    if not isinstance(message, dict):
        raise NotReplayable("A message must be a JSON object.")
    return message


@transaction.atomic
def replay(*, messages: Iterable[int], by, at: datetime) -> int:
    """Takes the messages in again as if they had just been understood; returns how many.

    Each is replayed once; what is still wrong comes back as a new quarantined message. They keep
    the time at which they were received. Raises NotReplayable, and then replays none.
    """
    waiting = QuarantinedMessage.objects.filter(pk__in=messages, replayed_at=None)
    claimed = list(waiting.select_for_update().order_by("pk"))
    ReceivedBatch.objects.bulk_create([as_received(message) for message in claimed])
    waiting.filter(pk__in=[message.pk for message in claimed]).update(
        replayed_at=at, replayed_by=by
    )
    return len(claimed)


def as_received(message: QuarantinedMessage) -> ReceivedBatch:
    said = checked(message.body)
    received = said if isinstance(said.get("batch"), list) else {"batch": [said]}
    return ReceivedBatch(
        source_id=message.source_id,
        kind="batch",
        body=json.dumps(received),
        user_agent=message.batch.user_agent if message.batch else "",
        bot_sign=message.batch.bot_sign if message.batch else "",
        received_at=message.received_at,
    )
