"""Keeps LeadHub's processes running: starts again whichever dies, and stops all of them at the end.

Knows neither Django nor what the processes do.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
# Whoever ran so long was healthy: its next restart is quick again.
HEALTHY_AFTER = 20.0
# What a worker may take to finish what it is at before it is killed.
STOPS_WITHIN = 20.0
LOOKS_EVERY = 0.1
PR_SET_PDEATHSIG = 1
# Loaded here: nothing may be loaded between fork and exec.
LINUX = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Part:
    """One process to keep running, in a process group of its own.

    `waits` is how many seconds it leaves the machine to the others at the very first start.
    """

    name: str
    command: list[str]
    waits: float = 0.0
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    starts_at: float = 0.0
    delay: float = field(default=FIRST_DELAY)

    def start(self, *, at: float, pids: Path) -> None:
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_the_supervisor,
        )
        self.started_at = at
        # Whoever reads it finds all of it: the old number or the new one.
        new = pids / f".{self.name}"
        new.write_text(f"{self.process.pid}\n")
        new.replace(pids / self.name)

    def signal(self, number: int) -> None:
        """Sends the signal to the process and all that it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def plan_restart(self, *, at: float) -> None:
        """Decides when to start again: later and later while it keeps dying young."""
        if at - self.started_at >= HEALTHY_AFTER:
            self.delay = FIRST_DELAY
        self.starts_at = at + self.delay
        self.delay = min(self.delay * 2, LONGEST_DELAY)
        self.process = None


class Supervisor:
    """Runs the parts until `stop()` is called or SIGINT or SIGTERM arrives.

    `pids` is a folder in which each part's process id is kept, under the part's name.
    """

    def __init__(self, parts: list[Part], *, pids: Path):
        self.parts = parts
        self.pids = pids
        self.stopping = False

    def run(self) -> None:
        self.begin(at=time.monotonic())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stop())
        try:
            while not self.stopping:
                self.look_after_all(at=time.monotonic())
                time.sleep(LOOKS_EVERY)
        finally:
            self.end_all()

    def begin(self, *, at: float) -> None:
        self.pids.mkdir(parents=True, exist_ok=True)
        for part in self.parts:
            part.starts_at = at + part.waits

    def stop(self) -> None:
        self.stopping = True

    def look_after_all(self, *, at: float) -> None:
        for part in self.parts:
            if part.has_died():
                # What it had started must not go on beside its successor.
                part.signal(signal.SIGKILL)
                code = part.process.returncode
                part.plan_restart(at=at)
                wait = part.starts_at - at
                say(f"{part.name} ended with {code}; it starts again in {wait:g} s")
            elif part.process is None and at >= part.starts_at:
                part.start(at=at, pids=self.pids)

    def end_all(self) -> None:
        running = [part for part in self.parts if part.process is not None]
        for part in running:
            part.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOPS_WITHIN
        for part in running:
            try:
                part.process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                say(f"{part.name} did not stop in time")
            # Also what the process left behind in its group.
            part.signal(signal.SIGKILL)
            part.process.wait()
            (self.pids / part.name).unlink(missing_ok=True)


def end_with_the_supervisor() -> None:
    """In the child: asks Linux for a SIGTERM should the supervisor be killed outright."""
    if LINUX:
        LINUX.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def say(text: str) -> None:
    # Whoever read along may be gone; that must not keep the parts from being stopped.
    with suppress(OSError):
        print(f"LeadHub: {text}", file=sys.stderr, flush=True)
