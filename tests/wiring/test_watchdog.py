"""Who lives but does nothing is ended and started again."""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from leadhub.watchdog import Watchdog, silent
from tests.running import wait_until

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIMIT = 2 * MINUTE


def ended(beats: dict, *, started=60, awake=60) -> set[str]:
    """Who is ended, by how many minutes ago each last beat, started, and the machine woke."""
    return set(
        silent(
            {part: AT - minutes * MINUTE for part, minutes in beats.items()},
            dict.fromkeys(("now", "bulk", "beat"), AT - started * MINUTE),
            silent_after=LIMIT,
            awake_since=AT - awake * MINUTE,
            at=AT,
        )
    )


@pytest.mark.parametrize(
    ("beats", "whom"),
    [
        ({"now": 0, "bulk": 0, "beat": 0}, set()),
        ({"now": 3, "bulk": 0, "beat": 0}, {"now"}),
        ({"bulk": 0, "beat": 0}, {"now"}),
        ({"now": 1.9, "bulk": 0, "beat": 0}, set()),
        ({"now": 0, "bulk": 15, "beat": 0}, set()),
        ({"now": 0, "bulk": 21, "beat": 0}, {"bulk"}),
        # Without the scheduler the others have nothing to do: it alone is to blame.
        ({"now": 3, "bulk": 3, "beat": 3}, {"beat"}),
        ({"now": 0.5, "bulk": 0.5, "beat": 1.5}, {"beat"}),
        # The broker is gone, or forgot them both: they connect anew.
        ({"now": 3, "bulk": 3, "beat": 0}, {"now"}),
    ],
)
def test_whoever_is_silent_while_others_work(beats, whom):
    assert ended(beats) == whom


def test_whoever_has_just_started_and_a_machine_that_has_just_woken_get_their_time():
    long_ago = {"now": 50, "bulk": 50, "beat": 0}
    assert ended(long_ago, started=1) == set()
    assert ended(long_ago, awake=1) == set()
    assert ended(long_ago) == {"now", "bulk"}


@pytest.mark.django_db
def test_a_watchdog_that_slept_itself_judges_nobody_at_once(tmp_path):
    watchdog = Watchdog("machine", tmp_path, LIMIT)
    assert watchdog.look(at=AT) == []
    watchdog.look(at=AT + 4 * watchdog.looks_every)
    assert watchdog.awake_since == AT
    watchdog.look(at=AT + MINUTE)
    assert watchdog.awake_since == AT + MINUTE


@pytest.mark.servers
@pytest.mark.parametrize("part", ["now", "beat"])
def test_a_stopped_process_is_ended_and_another_works_in_its_place(install, monkeypatch, part):
    monkeypatch.setenv("SILENT_AFTER_SECONDS", "14")
    leadhub = install(settings.REDIS_URL)
    stopped = leadhub.pid(part)
    os.kill(stopped, signal.SIGSTOP)
    wait_until(lambda: leadhub.pid(part) != stopped, for_what="another process in its place")
    wait_until(leadhub.is_ready, for_what="everything to work again")
    assert "ended a silent process" in leadhub.log()
    assert f"{part} ended with -9" in leadhub.log()
