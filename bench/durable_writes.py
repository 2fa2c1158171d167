"""How many rows a second one process writes durably, one a transaction: the floor of intake."""

import time
from collections.abc import Iterator

from bench.figures import Figure

STACKS = ("sqlite", "postgresql")


def add_options(parser) -> None:
    parser.add_argument("--rows", type=int, default=500)


def measure(stack, options) -> Iterator[Figure]:
    from django.utils import timezone

    from leadhub.intake.models import ReceivedBatch
    from leadhub.records.models import Source

    source = Source.objects.create(name="Benchmark", kind=Source.Kind.SERVER)
    started = time.perf_counter()
    for _ in range(options.rows):
        ReceivedBatch.objects.create(
            source=source, kind="track", body='{"type": "track"}', received_at=timezone.now()
        )
    took = time.perf_counter() - started
    assert ReceivedBatch.objects.count() == options.rows
    yield Figure("rows written, each in a transaction of its own", options.rows / took, "rows/s")
