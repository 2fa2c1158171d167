"""LeadHub's own processes: they start, come back, and stop, on the stack under test."""

import json
import stat

import pytest
from django.conf import settings

from tests import own_servers
from tests.running import PARTS, basic, wait_until

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
    wait_until(running.is_ready, for_what="everything to work again")
    before = last_sweep(running)
    wait_until(lambda: last_sweep(running) > before, for_what="the next sweep")

    running.stop()
    assert running.process.returncode == 0
    assert list((running.var / "pids").iterdir()) == []
    running.start()
    logged = [json.loads(line) for line in running.log().splitlines() if line.startswith("{")]
    assert {line["logger"] for line in logged if line["level"] == "error"} <= {"django.request"}


def test_what_was_acknowledged_reaches_the_inbox_by_itself(running):
    key = running.issue_key()
    person = {"userId": "u-1", "traits": {"email": "ada@analytical.example", "firstName": "Ada"}}
    request = {"userId": "u-1", "event": "Demo Requested", "properties": {}}
    batch = [
        {"type": "identify", "messageId": "m-1"} | person,
        {"type": "track", "messageId": "m-2"} | request,
    ]

    status, _ = running.post("/v1/batch", {"batch": batch}, headers=basic(f"{key}:"))

    assert status == 200
    leads = (
        "from handoff.models import Lead; "
        "print(list(Lead.objects.values_list('contact__email', 'origin', 'stage')))"
    )
    expected = "[('ada@analytical.example', 'hand_raise', 'queued')]"
    wait_until(lambda: running.run(leads) == expected, for_what="the lead in the inbox")


@pytest.mark.skipif(settings.ON_SQLITE, reason="once is enough, and there is no Redis here")
def test_goes_on_by_itself_after_redis_was_stopped_and_emptied(install, tmp_path):
    port = own_servers.free_port()
    with own_servers.redis(tmp_path / "redis", port=port) as address:
        running = install(address)
        pids = {part: running.pid(part) for part in PARTS}
    wait_until(lambda: "broker" in running.get("/readyz")[1]["wrong"], for_what="a 503")

    with own_servers.redis(tmp_path / "redis", port=port):
        before = last_sweep(running)
        wait_until(lambda: last_sweep(running) > before, for_what="the next sweep")
        wait_until(running.is_ready, for_what="everything to work again")

    assert {part: running.pid(part) for part in PARTS} == pids


def last_sweep(running) -> str:
    return running.get("/readyz")[1]["last_sweep"]
