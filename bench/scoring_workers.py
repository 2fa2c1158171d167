"""Workers that share a run, each a process of its own, as in a LeadHub for a team."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from bench.figures import Figure


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


@dataclass(frozen=True)
class Worked:
    """CPU seconds, and when a worker began and ended by the machine's clock."""

    spent: float
    began: float
    ended: float


def workers(count: int, at) -> list[Worked]:
    """So many workers, each a process, work on runs until none is left."""
    asked = [sys.executable, "-m", "bench.scoring_workers", at.isoformat()]
    started = [subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    return [Worked(**json.loads(worker.communicate()[0])) for worker in started]


def work_as_worker(at: datetime) -> None:
    """Works on runs until none is left; prints what that took, without the start."""
    import django

    django.setup()
    import scoring.runs  # noqa: F401 - what it imports in turn is part of the start

    before, began = time.process_time(), time.monotonic()
    work_off(at=at)
    worked = Worked(time.process_time() - before, began, time.monotonic())
    print(json.dumps(asdict(worked)))


def work_off(*, at: datetime) -> None:
    """Works on runs until none is left."""
    from scoring import runs

    while runs.work_on_next_chunk(at=at):
        pass


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhub.settings")
    work_as_worker(datetime.fromisoformat(sys.argv[1]))
