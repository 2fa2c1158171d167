"""Workers, each a process of its own, as in a LeadHub for a team: their memory, and runs shared."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench.figures import Figure

MEMORY_AT_MOST = 1024  # MB


def memory(at) -> Iterator[Figure]:
    """Of a worker that verifies everyone, and of one that reads a year of everyone."""
    from scoring import runs

    runs.ask_for(kind="rescore", by=None, at=at)
    for doing in ("runs", "histories"):
        [worker] = workers(1, at, doing)
        yield Figure(f"peak memory of a worker: {doing}", worker.peak, "MB", MEMORY_AT_MOST, True)


def shared(at) -> Iterator[Figure]:
    """CPU seconds of the workers of a run that changes nothing: of one alone, and of two."""
    from scoring import runs

    spent = []
    for count in (1, 2):
        runs.ask_for(kind="rescore", by=None, at=at)
        spent.append(sum(worker.spent for worker in workers(count, at)))
    yield Figure("CPU of one worker doing a run alone", spent[0], "s")
    yield Figure("CPU of two workers sharing it, to that", spent[1] / spent[0], "×", 1.15, True)


def published_by_two(world, heavier: Callable, at) -> Iterator[Figure]:
    """From a version that begins to come, which `heavier` publishes, until it is live."""
    from scoring import versions

    coming = heavier(world, at, name="Third", times=3)
    both = workers(2, at)
    assert versions.live_definition().pk == coming.id
    took = max(one.ended for one in both) - min(one.began for one in both)
    rate = len(world.everyone) / took
    yield Figure("published by two workers: everyone rewritten", rate, "contacts/s", 60_000)
    peak = max(one.peak for one in both)
    yield Figure("peak memory of each", peak, "MB", MEMORY_AT_MOST, True)


@dataclass(frozen=True)
class Worked:
    """CPU seconds, when a worker began and ended by the machine's clock, and the most memory that
    it had, in MB.
    """

    spent: float
    began: float
    ended: float
    peak: float


def workers(count: int, at, doing: str = "runs") -> list[Worked]:
    """What so many workers took, each a process that does one of DOING until nothing is left."""
    asked = [sys.executable, "-m", "bench.scoring_workers", doing, at.isoformat()]
    started = [subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    return [Worked(**json.loads(worker.communicate()[0])) for worker in started]


def work_as_worker(doing: str, at: datetime) -> None:
    """Does one of DOING; prints what that took, without the start."""
    import django

    django.setup()
    import pyarrow as pa

    import scoring.runs  # noqa: F401 - what it imports in turn is part of the start

    # With the first value Arrow imports pandas, where the demo's requirements have brought it.
    pa.scalar(0)
    before, began = time.process_time(), time.monotonic()
    DOING[doing](at=at)
    spent = time.process_time() - before
    print(json.dumps(asdict(Worked(spent, began, time.monotonic(), peak_memory()))))


def work_off(*, at: datetime) -> None:
    """Works on runs until none is left."""
    from scoring import runs

    while runs.work_on_next_chunk(at=at):
        pass


def read_a_year(*, at: datetime) -> None:
    """Every step and record high of everyone under the live version."""
    from leadhub.records.models import Contact
    from scoring import histories, versions
    from scoring.source import Range

    everyone = Range(1, Contact.objects.latest("id").pk)
    live = versions.definition_of(versions.live_definition())
    period = {"definition": live, "first": at.date() - timedelta(days=364), "last": at.date()}
    for asked in (histories.histories_of, histories.record_highs_of):
        for _ in asked(everyone, **period):
            pass


def peak_memory() -> float:
    """In MB, since the process began (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


DOING = {"runs": work_off, "histories": read_a_year}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhub.settings")
    work_as_worker(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
