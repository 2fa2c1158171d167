"""What an installation costs while nothing happens: its second start, CPU and memory."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure

STACKS = ("sqlite", "postgresql")
READY_WITHIN = 5.0  # seconds
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def add_options(parser) -> None:
    parser.add_argument("--seconds", type=int, default=60)


def measure(stack, options) -> Iterator[Figure]:
    from tests.running import PARTS

    with stack.running():
        pass
    began = time.perf_counter()
    with stack.running() as leadhub:
        started = time.perf_counter() - began
        yield Figure("a second start, until it is ready", started, "s", READY_WITHIN, True)
        # What a start leaves to do is over by then.
        time.sleep(10)
        groups = {part: leadhub.pid(part) for part in PARTS}
        before = {part: cpu_seconds(group) for part, group in groups.items()}
        time.sleep(options.seconds)
        spent = {part: cpu_seconds(group) - before[part] for part, group in groups.items()}
        held = sum(memory(group) for group in groups.values())
    for part, seconds in spent.items():
        yield Figure(f"CPU of {part}, idle", seconds * 60 / options.seconds, "s/minute")
    yield Figure("CPU of all, idle", sum(spent.values()) * 60 / options.seconds, "s/minute")
    yield Figure("memory of all, idle", held / 2**20, "MB")


def cpu_seconds(group: int) -> float:
    """What the living processes of the process group have used."""
    return sum(sum(map(int, stat[11:13])) for stat in stats(group)) / TICKS_A_SECOND


def memory(group: int) -> int:
    """Their resident memory in bytes; what several share is counted for each."""
    return sum(int(stat[21]) * PAGE for stat in stats(group))


def stats(group: int) -> Iterator[list[str]]:
    """The fields of /proc/PID/stat that follow the program's name."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            yield fields
