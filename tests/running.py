"""A running LeadHub for `servers` tests: real processes on a database and a broker of their own."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from tests.own_servers import free_port

ROOT = Path(__file__).resolve().parent.parent
ISSUE_KEY = """
from leadhub.intake.models import SourceKey
from leadhub.records.models import Source
source = Source.objects.create(name="Their server", kind="server")
print(SourceKey.issue(source)[1])
"""
PARTS = ("web", "now", "bulk", "beat", "watchdog")


class Running:
    """LeadHub as `script/server` runs it, without installing anything."""

    def __init__(self, var: Path, database_url: str, redis_url: str):
        self.var = var
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "LEADHUB_VAR": str(var),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
        }
        self.environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Starts it and waits until everything works (`/readyz` says so)."""
        with (self.var / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "leadhub.server", "--empty"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self.is_ready, for_what=f"LeadHub to be ready; its log: {self.var}/log")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=40)

    def log(self) -> str:
        return (self.var / "log").read_text()

    def pid(self, part: str) -> int:
        """The part's process; at the first start some parts wait for others."""
        kept = self.var / "pids" / part
        wait_until(kept.exists, for_what=f"{part} to be started")
        return int(kept.read_text())

    def kill(self, part: str) -> None:
        """Kills the part as an out-of-memory killer would."""
        os.kill(self.pid(part), signal.SIGKILL)

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def get(self, path: str) -> tuple[int, dict]:
        """The status and the JSON of a page."""
        return answer_of(urllib.request.Request(self.url + path))

    def post(self, path: str, body: dict, *, headers: dict | None = None) -> tuple[int, dict]:
        """The status and the JSON of the answer to a JSON body."""
        request = urllib.request.Request(self.url + path, data=json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        return answer_of(request)

    def run(self, code: str) -> str:
        """What the Python code prints, run with this installation's settings and models."""
        shell = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", code]
        done = subprocess.run(
            shell, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def issue_key(self) -> str:
        """A new key of a server of its own."""
        return self.run(ISSUE_KEY)


def basic(credentials: str) -> dict[str, str]:
    """The header of Basic authentication; a source's key stands before a colon."""
    return {"Authorization": "Basic " + base64.b64encode(credentials.encode()).decode()}


def answer_of(request: urllib.request.Request) -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        text = error.read()
        try:
            return error.code, json.loads(text)
        except ValueError:
            return error.code, {}


def wait_until(holds, *, for_what: str, seconds: float = 120.0) -> None:
    """Returns as soon as `holds()` is true; fails the test if that never happens."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited {seconds:g} s for {for_what}"
        time.sleep(0.1)


@pytest.fixture
def install(tmp_path, own_database):
    """A function that starts a LeadHub on the address of a broker ("": files)."""
    started = []

    def start(redis_url: str) -> Running:
        leadhub = Running(tmp_path, own_database, redis_url)
        started.append(leadhub)
        leadhub.start()
        return leadhub

    yield start
    for leadhub in started:
        leadhub.stop()


@pytest.fixture
def running(install):
    """A LeadHub that has just been installed and started, on the stack that is being tested."""
    if settings.REDIS_URL:
        import redis

        redis.Redis.from_url(settings.REDIS_URL).flushdb()
    return install(settings.REDIS_URL)
