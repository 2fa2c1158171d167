"""LeadHub's own processes: they start, come back, and stop, on the stack under test."""

import json
import stat

import pytest

from tests.running import PARTS, wait_until

pytestmark = pytest.mark.servers


def test_stands_comes_back_and_stops(running):
    """One test, since a start costs seconds: each step goes on from the one before."""
    status, answer = running.get("/readyz")
    assert (status, answer["wrong"]) == (200, [])
    assert stat.S_IMODE((running.var / "logins.txt").stat().st_mode) == 0o600

    pids = {part: running.pid(part) for part in PARTS}
    for part in PARTS:
        running.kill(part)
    wait_until(
        lambda: all(running.pid(part) != pids[part] for part in PARTS), for_what="new processes"
    )
    before = last_sweep(running)
    wait_until(lambda: last_sweep(running) > before, for_what="the next sweep")
    wait_until(running.is_ready, for_what="everything to work again")

    running.stop()
    assert running.process.returncode == 0
    assert list((running.var / "pids").iterdir()) == []
    running.start()
    logged = [json.loads(line) for line in running.log().splitlines() if line.startswith("{")]
    assert {line["logger"] for line in logged if line["level"] == "error"} <= {"django.request"}


def last_sweep(running) -> str:
    answer = running.run(
        "from leadhub import heartbeats; print(heartbeats.last(heartbeats.SWEEP).isoformat())"
    )
    return answer
