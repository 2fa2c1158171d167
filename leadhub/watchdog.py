"""Ends processes that live but do nothing, so that the supervisor starts them again.

A worker that hangs, or was stopped, neither dies nor works. Each writes its heartbeat into the
database; one whose last is older than it may be, while another's is fresh, is killed. Whoever has
only just started, and a machine that has only just woken, gets the same time.
"""

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from leadhub import heartbeats

log = structlog.get_logger(__name__)

NAME = "watchdog"
# How much of the time set a part may be silent: the scheduler sends the work by which the workers
# beat, so it is looked at first; a chunk of a long run takes its time.
SHARES = {"beat": 0.5, "now": 1, "bulk": 10}
# What these write depends on no other part.
BY_THEMSELVES = {"beat"}


@dataclass
class Watchdog:
    """Watches this machine's parts. `pids` is the supervisor's folder; `silent_after` is how long
    a part may be silent, as the settings say it.
    """

    machine: str
    pids: Path
    silent_after: timedelta
    awake_since: datetime | None = field(default=None)
    looked_at: datetime | None = field(default=None)

    @property
    def looks_every(self) -> timedelta:
        return min(timedelta(seconds=5), self.silent_after / 8)

    def look(self, *, at: datetime) -> list[str]:
        """Ends whoever is silent; returns their names. Raises DatabaseError where nobody can
        write a heartbeat: then nobody is to blame.
        """
        if self.looked_at is None or at - self.looked_at > 4 * self.looks_every:
            self.awake_since = at
        self.looked_at = at
        heartbeats.beat(f"{NAME}@{self.machine}", at=at)
        ended = silent(
            heartbeats.of_machine(self.machine),
            self.started(),
            silent_after=self.silent_after,
            awake_since=self.awake_since,
            at=at,
        )
        for part, last in ended.items():
            log.warning("ended a silent process", part=part, last_beat=last and last.isoformat())
            self.end(part)
        return list(ended)

    def started(self) -> dict[str, datetime]:
        """Since when each part runs: when the supervisor wrote its number."""
        return {
            part: datetime.fromtimestamp((self.pids / part).stat().st_mtime, UTC)
            for part in SHARES
            if (self.pids / part).exists()
        }

    def end(self, part: str) -> None:
        try:
            os.kill(int((self.pids / part).read_text()), signal.SIGKILL)
        except (OSError, ValueError):
            log.warning("it was gone already", part=part)


def silent(
    beats: Mapping[str, datetime],
    started: Mapping[str, datetime],
    *,
    silent_after: timedelta,
    awake_since: datetime,
    at: datetime,
) -> dict[str, datetime | None]:
    """Those of the parts that run, with their last beats, that are silent while others are not.

    `beats`: part → its last heartbeat on this machine.
    """
    found = {}
    for part, since in started.items():
        last = beats.get(part)
        may_be_silent = silent_after * SHARES[part]
        quiet_since = max(since, awake_since, last or since)
        others = [beat for name, beat in beats.items() if name in SHARES and name != part]
        others_work = part in BY_THEMSELVES or any(at - beat < silent_after / 2 for beat in others)
        if at - quiet_since > may_be_silent and others_work:
            found[part] = last
    return found
