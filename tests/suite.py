"""`script/test`: sets up what the tests need, checks the style, and runs every test.

First on SQLite without browsers, then on PostgreSQL and Redis with all of them, so that pytest's
closing line is the last line. What random worlds show without any database is tried in one turn.
Fails if either failed, or if under CI=true anything is left out.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests import own_servers

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# The tests wait for servers and browsers a third of their time: one process more than cores.
PROCESSES = (os.cpu_count() or 1) + 1
PYTEST = [sys.executable, "-m", "pytest", "--quiet", "-n", str(PROCESSES), "--dist", "loadgroup"]
NO_TESTS_CHOSEN = 5
CHECKS = (
    [BIN / "ruff", "check", "--quiet", "."],
    [BIN / "ruff", "format", "--quiet", "--check", "."],
    [BIN / "lint-imports", "--no-cache"],
    [sys.executable, "manage.py", "check", "--fail-level", "WARNING"],
    [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
)


def chromium() -> str | None:
    """The path of Debian's (or another) Chromium; None if there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def main(arguments: list[str]) -> int:
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("script/test was stopped."))
    with ExitStack() as at_the_end:
        if arguments[:1] == ["fast"]:
            chosen = "not browser and not servers and not slow"
            return turn("SQLite, the inner loop", chosen, {}, arguments[1:])
        return everything(arguments, at_the_end)


def everything(arguments: list[str], at_the_end: ExitStack) -> int:
    install_missing_packages()
    servers, left_out = servers_for_tests(at_the_end)
    if not chromium():
        left_out.append("the tests in a browser: there is no Chromium (Debian's chromium)")
    failed = [name for command in CHECKS if (name := check(command, at_the_end))]
    first = "not browser and not no_database" if servers else "not browser"
    if turn("SQLite", first, {}, arguments):
        failed.append("the tests on SQLite")
    for what in failed:
        print(f"FAILED: {what}", flush=True)
    for what in left_out:
        print(f"LEFT OUT: {what}", flush=True)
    chosen = second_turn(servers)
    if chosen is not None and turn("PostgreSQL, Redis, Chromium", chosen, servers, arguments):
        failed.append("the tests on PostgreSQL")
    return 1 if failed or (left_out and os.environ.get("CI") == "true") else 0


def second_turn(servers: dict) -> str | None:
    """Which tests SQLite's turn did not run, as pytest's -m says it; None if nothing can run."""
    if servers:
        return "browser or not browser" if chromium() else "not browser"
    return "browser" if chromium() else None


def turn(name: str, chosen: str, servers: dict, arguments: list[str]) -> int:
    """Runs pytest on one stack; returns 0 if all of its tests passed."""
    print(f"== {name} ==", flush=True)
    done = subprocess.run([*PYTEST, "-m", chosen, *arguments], env=environment(servers))
    return 0 if done.returncode == NO_TESTS_CHOSEN and arguments else done.returncode


def check(command: list, at_the_end: ExitStack) -> str | None:
    """Runs one check of the code itself; returns its name if it failed."""
    var = at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="leadhub-check-"))
    of_its_own = environment({"LEADHUB_VAR": var, "SECRET_KEY": "only for checks: " + "x" * 40})
    done = subprocess.run(command, env=of_its_own, capture_output=True, text=True)
    if done.returncode == 0:
        return None
    print(done.stdout, done.stderr, sep="", flush=True)
    return " ".join(str(part) for part in command[:2])


def environment(servers: dict) -> dict:
    """The environment without what a developer has set for LeadHub itself, and with `servers`."""
    servers_named = {"DATABASE_URL", "REDIS_URL", "TEST_DATABASE_URL", "TEST_REDIS_URL"}
    own = servers_named | {"LEADHUB_VAR", "TEST_RUN"}
    return {name: value for name, value in os.environ.items() if name not in own} | servers


def servers_for_tests(at_the_end: ExitStack) -> tuple[dict[str, str], list[str]]:
    """The servers to test on, those that are named or our own; and what has to be left out."""
    named = {name: os.environ.get(name) for name in ("TEST_DATABASE_URL", "TEST_REDIS_URL")}
    if all(named.values()):
        return named, []
    try:
        return own_servers_for_tests(named, at_the_end), []
    except (own_servers.CannotStart, OSError, subprocess.CalledProcessError) as error:
        return {}, [f"the tests on PostgreSQL and Redis: {error}"]


def own_servers_for_tests(named: dict, at_the_end: ExitStack) -> dict[str, str]:
    folder = Path(at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="leadhub-test-")))
    # The person PostgreSQL runs as must be able to reach its own folder in it.
    folder.chmod(0o755)
    database = named["TEST_DATABASE_URL"] or at_the_end.enter_context(
        own_servers.postgresql(folder / "postgresql", settings=own_servers.WITHOUT_DURABILITY)
    )
    broker = named["TEST_REDIS_URL"] or at_the_end.enter_context(
        own_servers.redis(folder / "redis")
    )
    return {"TEST_DATABASE_URL": database, "TEST_REDIS_URL": broker}


def install_missing_packages() -> None:
    """Installs from Debian what is missing, where we may: as root, with apt-get."""
    there = {
        "postgresql": os.environ.get("TEST_DATABASE_URL") or own_servers.postgresql_programs(),
        "redis-server": os.environ.get("TEST_REDIS_URL") or own_servers.redis_program(),
        "chromium": chromium(),
    }
    missing = [package for package, found in there.items() if not found]
    if not missing or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {', '.join(missing)} …", flush=True)
    # RUNLEVEL=1: the packages must not start servers of their own.
    quietly = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    fonts = ["fonts-liberation"] if "chromium" in missing else []
    for step in (["update"], ["install", "-y", "--no-install-recommends", *missing, *fonts]):
        subprocess.run(["apt-get", "-qq", *step], env=quietly, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
