"""What somebody in the demo world does, as a call of the tracking protocol, and its delivery."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from leadhub.intake import reception
from leadhub.records.models import Source

WEBSITE, AUTOMATION = "Demo website", "Demo marketing automation"
SOURCES = {WEBSITE: Source.Kind.BROWSER, AUTOMATION: Source.Kind.SERVER}
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
HEADERS = {
    WEBSITE: {"User-Agent": BROWSER, "Origin": "https://www.demo.example", "Accept-Language": "en"},
    AUTOMATION: {"User-Agent": "demo-automation/1.0"},
}
# What an SDK takes from its queue to our door.
ON_THE_WAY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Call:
    """A message of the protocol, without what delivery adds; `source` is one of SOURCES."""

    at: datetime
    source: str
    message: dict


def page(at: datetime, path: str, *, device: str, user: str = "", agent: str = "") -> Call:
    """A page view on the website; `agent` is given where it is not a person's browser."""
    message = {"type": "page", "anonymousId": device, "properties": {"path": path}}
    if user:
        message["userId"] = user
    if agent:
        message["context"] = {"userAgent": agent}
    return Call(at, WEBSITE, message)


def track(at: datetime, event: str, *, user: str, **properties) -> Call:
    """What the marketing automation knows of somebody."""
    message = {"type": "track", "event": event, "userId": user, "properties": properties}
    return Call(at, AUTOMATION, message)


def identify(at: datetime, *, user: str, device: str, traits: Mapping) -> Call:
    message = {"type": "identify", "userId": user, "anonymousId": device, "traits": dict(traits)}
    return Call(at, AUTOMATION, message)


def numbered(calls: Iterable[Call], *, prefix: str) -> list[Call]:
    """In order of time, each with a message id of its own."""
    return [
        Call(call.at, call.source, {**call.message, "messageId": f"{prefix}-{number:06}"})
        for number, call in enumerate(in_order(calls), start=1)
    ]


def in_order(calls: Iterable[Call]) -> Iterator[Call]:
    """In order of time. Seldom are two of the same moment: only then what they say is compared."""
    for _, together in groupby(sorted(calls, key=moment), key=moment):
        one, *others = together
        yield from sorted([one, *others], key=content) if others else (one,)


moment = attrgetter("at")


def content(call: Call) -> str:
    return json.dumps(call.message, sort_keys=True)


@transaction.atomic
def deliver(calls: Iterable[Call], *, sources: Mapping[str, int], until: datetime) -> None:
    """Sends the calls as SDKs do: those of an hour together, received when they happened.

    `sources`: the number of each source by its name. Nothing is received after `until`.
    """
    for (source, _), together in groupby(sorted_for_delivery(calls), key=hour_of_source):
        batch = list(together)
        reception.receive(
            source_id=sources[source],
            kind="batch",
            text=json.dumps({"batch": [as_sent(call) for call in batch]}),
            key="",
            headers=HEADERS[source],
            at=min(batch[-1].at + ON_THE_WAY, max(until, batch[-1].at)),
        )


def sorted_for_delivery(calls: Iterable[Call]) -> Iterator[Call]:
    return iter(sorted(calls, key=lambda call: (*hour_of_source(call), call.at)))


def hour_of_source(call: Call) -> tuple[str, datetime]:
    return call.source, call.at.replace(minute=0, second=0, microsecond=0)


def as_sent(call: Call) -> dict:
    return {**call.message, "timestamp": call.at.isoformat()}
