"""How soon events are acknowledged while everyone is scored under a new version, and while not.

All of LeadHub's processes run. Events come evenly, as from a site; the run writes a score and a
ledger row for everyone, and intake's slowest answers are those that wait for it.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import datetime

from bench.figures import Figure

STACKS = ("sqlite", "postgresql")
FEWEST = 50


def add_options(parser) -> None:
    parser.add_argument("--contacts", type=int, default=50_000)
    parser.add_argument("--events", type=int, default=500_000)
    parser.add_argument("--rate", type=int, default=50, help="events a second")
    parser.add_argument("--seconds", type=float, default=15, help="measured without a run")


def measure(stack, options) -> Iterator[Figure]:
    from django.conf import settings

    from bench import scoring
    from bench import scoring_world as world
    from bench.latency import Sender, a_key, share
    from scoring import publishing

    at = datetime(2026, 3, 10, 18, tzinfo=settings.ORGANISATION_ZONE)
    signals = world.signals()
    live = scoring.publish(world.definition(signals, name="First", times=1, at=at), at=at)
    everyone = range(options.contacts)
    scoring.fill(everyone, range(options.events))
    scoring.score_all(everyone, live, cause="facts", at=at)
    scoring.vacuum()
    draft = world.definition(signals, name="Second", times=2, at=at)
    key = a_key()
    with stack.running() as leadhub:
        sender = Sender(leadhub.port, key)
        acknowledged(sender, options.rate, until=after(2))
        without = acknowledged(sender, options.rate, until=after(options.seconds))
        publishing.publish(definition=draft, by=None, at=datetime.now(at.tzinfo))
        during = acknowledged(sender, options.rate, until=is_live(draft))
    assert len(during) >= FEWEST, f"the run was over after {len(during)} events: take more contacts"
    yield Figure("acknowledged without a run, 95 of 100", share(without, 0.95) * 1000, "ms")
    yield Figure("acknowledged while a run goes on, 95 of 100", share(during, 0.95) * 1000, "ms")
    times = share(during, 0.95) / share(without, 0.95)
    yield Figure("with the run, to without", times, "×", 2, True)
    yield Figure("slowest while a run goes on", during[-1] * 1000, "ms")


def acknowledged(sender, rate: int, *, until: Callable[[], bool]) -> list[float]:
    """How long each answer took, in order of length; an event that is late is not sent sooner."""
    took = []
    began = time.perf_counter()
    for number in itertools.count():
        if number % rate == 0 and until():
            return sorted(took)
        time.sleep(max(0.0, began + number / rate - time.perf_counter()))
        sent_at = time.perf_counter()
        body = {"event": "Event 1", "userId": f"person{number}@company{number // 10}.example"}
        took.append(sender.post("/v1/track", body) - sent_at)


def after(seconds: float) -> Callable[[], bool]:
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() > end


def is_live(draft) -> Callable[[], bool]:
    def live() -> bool:
        draft.refresh_from_db()
        return draft.status == "live"

    return live
