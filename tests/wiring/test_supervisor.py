import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from leadhub.supervisor import FIRST_DELAY, HEALTHY_AFTER, LONGEST_DELAY, Part, Supervisor
from tests.running import wait_until

SUPERVISE = """
import sys
from pathlib import Path
from leadhub.supervisor import Part, Supervisor
parts = [
    Part("sleeper", ["sleep", "1000"]),
    Part("parent", ["sh", "-c", "sleep 1000 & echo $! > " + sys.argv[1] + "/grandchild; wait"]),
]
Supervisor(parts, pids=Path(sys.argv[1])).run()
"""


def lives(pid: int) -> bool:
    """Whether the process runs (one that has ended and waits for its parent does not)."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def pid_in(path: Path) -> int | None:
    text = path.read_text().strip() if path.exists() else ""
    return int(text) if text else None


@pytest.fixture
def supervised(tmp_path):
    """A supervisor in a process of its own, its parts running; and the folder of their pids."""
    process = subprocess.Popen([sys.executable, "-c", SUPERVISE, tmp_path])
    names = ("sleeper", "parent", "grandchild")
    wait_until(lambda: all(pid_in(tmp_path / name) for name in names), for_what="all to run")
    yield process, tmp_path
    if process.poll() is None:
        process.terminate()
    process.wait()


def test_starts_again_what_was_killed(supervised):
    _, pids = supervised
    first = pid_in(pids / "sleeper")
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: pid_in(pids / "sleeper") != first, for_what="a new process")
    assert lives(pid_in(pids / "sleeper"))


def test_a_successor_does_not_run_beside_what_the_dead_one_started(supervised):
    _, pids = supervised
    grandchild = pid_in(pids / "grandchild")
    os.kill(pid_in(pids / "parent"), signal.SIGKILL)
    wait_until(lambda: pid_in(pids / "grandchild") != grandchild, for_what="a new grandchild")
    assert not lives(grandchild)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_no_process_behind(supervised, how):
    process, pids = supervised
    everyone = [pid_in(pids / name) for name in ("sleeper", "parent", "grandchild")]
    process.send_signal(how)
    assert process.wait(timeout=30) == 0
    assert not any(lives(pid) for pid in everyone)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of it")
def test_its_parts_end_when_it_is_killed_itself(supervised):
    process, pids = supervised
    sleeper = pid_in(pids / "sleeper")
    process.kill()
    wait_until(lambda: not lives(sleeper), for_what="the part to end")


def test_waits_longer_the_more_often_it_dies_young():
    part = Part("dies", ["false"])
    delays = []
    for _ in range(10):
        part.plan_restart(at=part.started_at + 1)
        delays.append(part.starts_at - (part.started_at + 1))
    assert delays[:3] == [FIRST_DELAY, FIRST_DELAY * 2, FIRST_DELAY * 4]
    assert delays[-1] == LONGEST_DELAY


def test_is_quick_again_for_one_that_had_been_healthy():
    part = Part("dies", ["false"])
    for _ in range(5):
        part.plan_restart(at=part.started_at + 1)
    part.plan_restart(at=part.started_at + HEALTHY_AFTER)
    assert part.starts_at == part.started_at + HEALTHY_AFTER + FIRST_DELAY


def test_a_part_leaves_the_machine_to_the_others_at_the_first_start(tmp_path):
    first, later = Part("first", ["sleep", "1000"]), Part("later", ["sleep", "1000"], waits=60)
    supervisor = Supervisor([first, later], pids=tmp_path)
    supervisor.begin(at=100)
    try:
        supervisor.look_after_all(at=100)
        assert (first.process is not None, later.process is None) == (True, True)
        supervisor.look_after_all(at=160)
        assert later.process is not None
    finally:
        supervisor.end_all()
