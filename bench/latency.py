"""How long from the acknowledged event that crosses the threshold to the lead in the inbox.

All of LeadHub's processes run, on an installation that knows some people already. Most events
move a score and qualify nobody; the second webinar of somebody who is one short of the threshold
comes at even intervals among them. Whether a lead stands there is asked of the database.
"""

import http.client
import json
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bench.figures import Figure
from tests.running import basic

STACKS = ("sqlite", "postgresql")
TARGET = 2.0  # seconds, for 95 of 100
# Every so many events, one crosses the threshold.
CROSSES_EVERY = 20
SENDERS = 5
LOOKS_EVERY = 0.02
ALL_ARRIVE_WITHIN = 60.0


def add_options(parser) -> None:
    parser.add_argument("--rate", type=int, default=50, help="events a second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--people", type=int, default=2000, help="known when the clock starts")


def measure(stack, options) -> Iterator[Figure]:
    key = a_key()
    events = options.rate * options.seconds
    with stack.running() as leadhub:
        sender = Sender(leadhub.port, key)
        for batch in hundreds(introductions(options.people, crossing=-(-events // CROSSES_EVERY))):
            sender.post("/v1/batch", {"batch": batch})
        wait_until_nothing_waits()
        assert not leads_standing(), "somebody qualified before the clock started"
        load = Load(leadhub.port, key, rate=options.rate, events=events, people=options.people)
        arrived = load.run()
    yield from figures(load, arrived, options)


def figures(load: "Load", arrived: dict[str, float], options) -> Iterator[Figure]:
    assert set(arrived) == set(load.crossed), "not everyone who crossed has a lead"
    took = sorted(arrived[email] - load.crossed[email] for email in arrived)
    acknowledged = sorted(load.acknowledged)
    yield Figure("events acknowledged", load.sent_a_second(), "events/s", options.rate * 0.95)
    yield Figure("an event's acknowledgement, 95 of 100", share(acknowledged, 0.95), "s")
    yield Figure("leads that came", len(took), "leads")
    yield Figure("acknowledged event to lead, half", share(took, 0.5), "s")
    yield Figure(
        "acknowledged event to lead, 95 of 100",
        share(took, 0.95),
        "s",
        TARGET,
        lower_is_better=True,
    )
    yield Figure("acknowledged event to lead, slowest", took[-1], "s")


def share(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def introductions(people: int, *, crossing: int) -> Iterator[dict]:
    """Who is known before: people whose fit never qualifies them, and some one webinar short."""
    for number in range(people):
        yield message("identify", visitor(number), traits={"email": visitor(number)})
    for number in range(crossing):
        email = almost(number)
        yield message("identify", email, traits={"email": email, "jobTitle": "CEO"})
        for asset in ("guide", "comparison"):
            properties = {"asset": asset}
            yield message("track", email, event="Whitepaper Downloaded", properties=properties)


def visitor(number: int) -> str:
    return f"visitor{number}@visitors.example"


def almost(number: int) -> str:
    return f"chief{number}@company{number}.example"


def message(kind: str, user: str, **more) -> dict:
    return {"type": kind, "userId": user, **more}


def hundreds(messages: Iterable[dict]) -> Iterator[list[dict]]:
    messages = list(messages)
    return (messages[start : start + 100] for start in range(0, len(messages), 100))


class Sender:
    """One kept connection to intake."""

    def __init__(self, port: int, key: str):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {**basic(f"{key}:"), "Content-Type": "application/json"}

    def post(self, path: str, body: dict) -> float:
        """Sends it; returns when it was acknowledged."""
        self.connection.request("POST", path, json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 200, f"{path} was answered with {answer.status}"
        return time.perf_counter()


@dataclass
class Load:
    """So many events, spread evenly over time and over a few connections."""

    port: int
    key: str
    rate: int
    events: int
    people: int
    acknowledged: list[float] = field(default_factory=list)
    crossed: dict[str, float] = field(default_factory=dict)
    began: float = 0.0
    ended: float = 0.0

    def run(self) -> dict[str, float]:
        """Sends everything, watching the inbox; returns when each lead was first seen there."""
        self.began = time.perf_counter()
        senders = [threading.Thread(target=self.send, args=(n,)) for n in range(SENDERS)]
        for thread in senders:
            thread.start()
        seen: dict[str, float] = {}
        while any(thread.is_alive() for thread in senders) or self.waits_for(seen):
            now = time.perf_counter()
            for email in leads_standing() - set(seen):
                seen[email] = now
            time.sleep(LOOKS_EVERY)
        return seen

    def waits_for(self, seen: dict[str, float]) -> bool:
        late = time.perf_counter() > self.ended + ALL_ARRIVE_WITHIN
        return len(seen) < len(self.crossed) and not late

    def send(self, first: int) -> None:
        sender = Sender(self.port, self.key)
        for number in range(first, self.events, SENDERS):
            time.sleep(max(0.0, self.began + number / self.rate - time.perf_counter()))
            crossing, rest = divmod(number, CROSSES_EVERY)
            sent_at = time.perf_counter()
            if rest:
                email = visitor(number % self.people)
                body = {"event": "Pricing Page Viewed", "userId": email}
            else:
                email = almost(crossing)
                body = {"event": "Webinar Booked", "userId": email}
            acknowledged_at = sender.post("/v1/track", body)
            self.acknowledged.append(acknowledged_at - sent_at)
            if not rest:
                self.crossed[email] = acknowledged_at
            self.ended = acknowledged_at

    def sent_a_second(self) -> float:
        return self.events / max(self.ended - self.began, self.events / self.rate)


def a_key() -> str:
    from leadhub.intake.models import SourceKey
    from leadhub.records.models import Source

    source = Source.objects.create(name="Benchmark", kind=Source.Kind.SERVER)
    return SourceKey.issue(source)[1]


def leads_standing() -> set[str]:
    from handoff.models import Lead, Stage

    return set(Lead.objects.filter(stage=Stage.QUEUED).values_list("contact__email", flat=True))


def wait_until_nothing_waits() -> None:
    from django.db.models import F

    from leadhub.intake.models import ReceivedBatch
    from leadhub.records.models import Freshness

    while (
        ReceivedBatch.objects.filter(digested_at=None).exists()
        or Freshness.objects.exclude(scored_revision=F("revision")).exists()
    ):
        time.sleep(0.2)
