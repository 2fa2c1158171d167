"""Intake: events acknowledged a second, beside a bare Django view; events into facts and scores."""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bench.figures import Figure
from leadhub import server
from tests.own_servers import free_port, listens
from tests.running import wait_until

STACKS = ("sqlite", "postgresql")
BATCH = 100  # events
EVENTS_A_CONTACT = 10


def add_options(parser) -> None:
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each way is measured")
    parser.add_argument("--senders", type=int, default=8, help="connections at once")
    parser.add_argument("--events", type=int, default=20_000, help="that become facts and scores")


def measure(stack, options) -> Iterator[Figure]:
    from leadhub.intake.models import ReceivedBatch, SourceKey
    from leadhub.records.models import Source

    source = Source.objects.create(name="Benchmark", kind=Source.Kind.SERVER)
    key = SourceKey.issue(source)[1]
    with served("leadhub.wsgi:application") as ours, served("bench.bare:application") as bare:
        rates = []
        for port, path in ((bare, f"/bare/{source.pk}"), (ours, "/v1/track")):
            singles(key, port, path, seconds=1.0, senders=options.senders)
            before = ReceivedBatch.objects.count()
            sent, took = singles(key, port, path, options.seconds, options.senders)
            stored = ReceivedBatch.objects.count() - before
            assert stored == sent, f"{sent} answered 200, {stored} stored"
            rates.append(sent / took)
        yield Figure("single events acknowledged by a bare Django view", rates[0], "events/s")
        yield Figure("single events acknowledged by LeadHub", rates[1], "events/s")
        yield Figure("LeadHub beside the bare view, singles", rates[1] / rates[0], "×", 0.7)
        sent, took = batches(key, ours, "/v1/batch", options.seconds, options.senders)
        rate = sent * BATCH / took
        yield Figure(f"events acknowledged in batches of {BATCH}", rate, "events/s", 5000)
    ReceivedBatch.objects.all().delete()
    yield from worked_on(source, options.events)


def worked_on(source, events: int) -> Iterator[Figure]:
    """What one worker makes of events: facts alone, and facts with scores."""
    from django.utils import timezone

    from leadhub.intake.digest import digest_pending
    from leadhub.records.models import Event, Freshness
    from scoring.freshening import score_stale

    fill(source, events)
    started = time.perf_counter()
    while digest_pending(at=timezone.now()):
        pass
    digested = time.perf_counter() - started
    assert Event.objects.count() == events
    while score_stale(at=timezone.now()):
        pass
    scored = time.perf_counter() - started
    stale = sum(f.revision != f.scored_revision for f in Freshness.objects.all())
    assert not stale, f"{stale} contacts were left stale"
    yield Figure("events that one worker turns into facts", events / digested, "events/s")
    yield Figure("… into facts and scores", events / scored, "events/s", 2000)


def fill(source, events: int) -> None:
    """Received bodies: an identify a contact, then pages, clicks, downloads over two months."""
    from leadhub.intake.models import ReceivedBatch

    now = datetime.now(UTC)
    made = [event(number, now) for number in range(events)]
    ReceivedBatch.objects.bulk_create(
        ReceivedBatch(
            source=source,
            kind="batch",
            body=json.dumps({"batch": made[start : start + BATCH]}),
            received_at=now,
        )
        for start in range(0, events, BATCH)
    )


def event(number: int, now: datetime) -> dict:
    contact, nth = divmod(number, EVENTS_A_CONTACT)
    said = {
        "messageId": f"m{number}",
        "userId": f"user-{contact}",
        "timestamp": (now - timedelta(hours=(number * 7) % 1440)).isoformat(),
    }
    if nth == 0:
        traits = {
            "email": f"person{contact}@company{contact // 5}.com",
            "firstName": "Ann", "lastName": "Example", "title": "VP Marketing",
        }  # fmt: skip
        return said | {"type": "identify", "traits": traits}
    if nth % 3:
        path = "/pricing" if nth == 4 else "/blog"
        return said | {"type": "page", "properties": {"path": path, "url": f"https://x.com{path}"}}
    return said | {
        "type": "track", "event": "Whitepaper Downloaded", "properties": {"asset": f"a{nth}"},
    }  # fmt: skip


def singles(key: str, port: int, path: str, seconds: float, senders: int) -> tuple[int, float]:
    def body(number: int) -> str:
        return json.dumps(
            {"writeKey": key, **event(number, datetime.now(UTC)), "type": "track", "event": "Seen"}
        )

    return send(port, path, body, seconds, senders)


def batches(key: str, port: int, path: str, seconds: float, senders: int) -> tuple[int, float]:
    batch = [event(number, datetime.now(UTC)) for number in range(BATCH)]
    text = json.dumps({"writeKey": key, "batch": batch})
    return send(port, path, lambda number: text, seconds, senders)


def send(
    port: int, path: str, body: Callable[[int], str], seconds: float, senders: int
) -> tuple[int, float]:
    """Posts from several connections at once; returns how many were answered 200, and the time."""
    until = time.perf_counter() + seconds
    done = []

    def one_sender(first: int) -> None:
        connection, number = http.client.HTTPConnection("127.0.0.1", port), first
        while time.perf_counter() < until:
            connection.request("POST", path, body(number), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            number += senders
            done.append(number)

    threads = [threading.Thread(target=one_sender, args=(n,)) for n in range(senders)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done), time.perf_counter() - started


@contextmanager
def served(application: str) -> Iterator[int]:
    """A WSGI application behind gunicorn as LeadHub's own web process runs it; yields its port."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"),
            *("--worker-class", "gthread", "--workers", str(server.WEB_PROCESSES)),
            *("--threads", str(server.WEB_THREADS), "--log-level", "warning"),
        ]
    )
    try:
        wait_until(lambda: listens(port), for_what=application)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)
