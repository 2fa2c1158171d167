"""Stores what came in before it is answered: one INSERT, nothing else."""

from collections.abc import Mapping
from datetime import datetime
from time import monotonic

from django.conf import settings

from leadhub.adding import add_rows
from leadhub.intake import bots
from leadhub.intake.body import Refusal
from leadhub.intake.models import ReceivedBatch

RECEIVED = ("source_id", "kind", "body", "user_agent", "bot_sign", "received_at")
RETRY_AFTER = 10  # seconds
BACKLOG_LOOKED_AT_EVERY = 2.0  # seconds
backlog = {"until": 0.0, "too_long": False}


def receive(
    *,
    source_id: int,
    kind: str,
    text: str,
    key: str,
    headers: Mapping[str, str],
    at: datetime,
) -> None:
    """Stores a body, without the key it may hold. Raises Refusal while too much is waiting."""
    refuse_overload()
    body = text.replace(key, "") if key else text
    agent = headers.get("User-Agent", "").replace("\0", "")[:400]
    received = (source_id, kind, body, agent, bots.sign_in(headers), at)
    add_rows(ReceivedBatch, RECEIVED, [received])


def refuse_overload() -> None:
    """429 while more bodies wait to become facts than the settings allow."""
    if backlog["until"] < monotonic():
        waiting = ReceivedBatch.objects.filter(digested_at=None).order_by("id")
        limit = settings.INTAKE_BACKLOG
        backlog["too_long"] = waiting[limit : limit + 1].exists()
        backlog["until"] = monotonic() + BACKLOG_LOOKED_AT_EVERY
    if backlog["too_long"]:
        raise Refusal(
            429, "overloaded", "Too much is waiting to be worked on; send it again.", RETRY_AFTER
        )
