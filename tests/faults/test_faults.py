"""Processes and servers are killed while events are being sent: nothing that was answered 200 is
lost, nothing is doubled, and LeadHub comes back by itself.
"""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from tests.faults.senders import Sender
from tests.faults.servers import servers
from tests.running import PARTS, Running, wait_until

pytestmark = [pytest.mark.servers, pytest.mark.slow]


@pytest.mark.skipif(not settings.ON_SQLITE, reason="has a database of its own: once is enough")
def test_killed_processes_on_sqlite_and_files(tmp_path):
    with running(tmp_path, f"sqlite:///{tmp_path}/leadhub.sqlite3", "") as leadhub:
        with events_coming(leadhub) as senders:
            kill_each_part(leadhub, senders)
        check(leadhub, senders)


@pytest.mark.skipif(settings.ON_SQLITE, reason="needs PostgreSQL and Redis")
def test_killed_processes_and_servers_on_postgresql_and_redis(tmp_path):
    with servers() as own, running(tmp_path, own.database_url, own.redis_url) as leadhub:
        with events_coming(leadhub) as senders:
            kill_each_part(leadhub, senders)
            own.stop_redis()
            wait_until(lambda: "broker" in wrong(leadhub), for_what="a 503 that names the broker")
            assert takes_events(senders), "the broker's absence kept events from being taken"
            survives(leadhub, senders, own.start_redis)
            survives(leadhub, senders, own.restart_postgresql_at_once)
            survives(leadhub, senders, lambda: everything_at_once(leadhub, own))
        check(leadhub, senders)


@contextmanager
def running(var: Path, database_url: str, redis_url: str) -> Iterator[Running]:
    leadhub = Running(var, database_url, redis_url)
    try:
        leadhub.start()
        yield leadhub
    finally:
        leadhub.stop()


@contextmanager
def events_coming(leadhub: Running) -> Iterator[list[Sender]]:
    """Two senders at work, until everything that they made has been acknowledged."""
    key = leadhub.issue_key()
    senders = [Sender(leadhub, key, number) for number in (1, 2)]
    for sender in senders:
        sender.start()
    try:
        yield senders
    finally:
        for sender in senders:
            sender.finish()


def kill_each_part(leadhub: Running, senders: list[Sender]) -> None:
    kill(leadhub, "web")
    wait_until(lambda: takes_events(senders), for_what="events to be taken again")
    kill_a_web_process(leadhub)
    wait_until(lambda: takes_events(senders), for_what="events to be taken again")
    for _ in range(2):
        survives(leadhub, senders, lambda: kill(leadhub, "now"))
    survives(leadhub, senders, lambda: kill(leadhub, "bulk", "beat"))


def kill(leadhub: Running, *parts: str) -> None:
    """Kills the parts, and waits until each has a successor."""
    killed = {part: leadhub.pid(part) for part in parts}
    for part in parts:
        leadhub.kill(part)
    wait_until(
        lambda: not any(leadhub.pid(part) == pid for part, pid in killed.items()),
        for_what=f"new processes of {', '.join(parts)}",
    )


def kill_a_web_process(leadhub: Running) -> None:
    """One of those that the web's first process started and watches over."""
    web = leadhub.pid("web")
    children = Path(f"/proc/{web}/task/{web}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)


def everything_at_once(leadhub: Running, own) -> None:
    own.stop_redis()
    kill(leadhub, *PARTS)
    own.restart_postgresql_at_once()
    own.start_redis()


def survives(leadhub: Running, senders: list[Sender], fault: Callable) -> None:
    """After the fault events are taken again, become facts again, and everything is well."""
    fault()
    happened = timezone.now().isoformat()
    wait_until(lambda: takes_events(senders), for_what="events to be taken again")
    wait_until(lambda: last_sweep(leadhub) > happened, for_what="the next sweep")
    wait_until(leadhub.is_ready, for_what="everything to work again")


def takes_events(senders: list[Sender]) -> bool:
    """Whether more is acknowledged than a moment ago."""
    before = [len(sender.acknowledged) for sender in senders]
    wait_until(
        lambda: all(len(s.acknowledged) > b for s, b in zip(senders, before, strict=True)),
        for_what="an acknowledgement",
    )
    return True


def last_sweep(leadhub: Running) -> str:
    try:
        return leadhub.get("/readyz")[1].get("last_sweep") or ""
    except OSError:
        return ""


def wrong(leadhub: Running) -> list[str]:
    return leadhub.get("/readyz")[1]["wrong"]


def check(leadhub: Running, senders: list[Sender]) -> None:
    books = json.loads(leadhub.run("from tests.faults.books import balanced; print(balanced())"))
    acknowledged = set().union(*(sender.acknowledged for sender in senders))
    broken = set().union(*(sender.broken for sender in senders))
    assert [sender.refused for sender in senders] == [[], []]
    assert all(sender.repeated for sender in senders), "no fault was ever felt"
    assert books["events"] == sorted(acknowledged - broken)
    assert books["quarantined"] == sorted(acknowledged & broken)
    assert not any(books["wrong"].values()), books["wrong"]
    assert books["leads"] > 0
