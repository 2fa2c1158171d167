"""A worker that is really killed, at 10, 50 and 90 % of a run: what stands in the end is what an
undisturbed run leaves.
"""

import json
import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.running import ROOT

pytestmark = [pytest.mark.servers, pytest.mark.slow]

PEOPLE, A_CHUNK = 240, 8
BEGIN = f"""
from datetime import timedelta
from scoring import freshening, publishing, runs, starter, versions, work
from scoring.models import ContactScore, Run, ScoreChange, Signal
from tests.scoring.test_runs import FRIDAY, MONDAY, new_version_is_coming
from tests.scoring.people import contact, did
runs.CONTACTS_A_CHUNK = {A_CHUNK}
"""
BUILD = f"""
starter.install(at=FRIDAY)
for number in range({PEOPLE}):
    person = contact(f"p{{number}}@example.com", job_title="VP Engineering")
    for asset in range(number % 4):
        did(person, "Whitepaper Downloaded", MONDAY - timedelta(days=number), asset=str(asset))
while freshening.score_stale(at=FRIDAY):
    pass
new_version_is_coming()
runs.begin_what_is_due(at=FRIDAY)
"""
WORK = """
while runs.work_on_next_chunk(at=FRIDAY):
    print(Run.objects.get(kind="publish").done, flush=True)
"""
SHOW = """
import json
scores = ContactScore.objects.order_by("contact_id", "definition_id").values_list(
    "contact", "definition__version", "behaviour", "fit", "grade", "qualified", "changes_on")
changes = ScoreChange.objects.order_by("contact_id", "definition_id", "id").values_list(
    "contact", "definition__version", "behaviour_from", "behaviour_to", "fit_to", "cause")
live = versions.live_definition().version
print(json.dumps([live, list(scores), list(changes)], default=str))
"""


class Installation:
    """A database of its own, on which Python code runs in processes of their own."""

    def __init__(self, database_url: str, var):
        self.environment = os.environ | {"DATABASE_URL": database_url, "LEADHUB_VAR": str(var)}
        self.environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)

    def start(self, code: str) -> subprocess.Popen:
        command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", BEGIN + code]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, code: str) -> str:
        process = self.start(code)
        printed, complaints = process.communicate()
        assert process.returncode == 0, complaints
        return printed

    def work_and_be_killed_at(self, share: float) -> int:
        """Kills the worker amid the chunk after that share of the run; returns how far it was."""
        process = self.start(WORK)
        for line in process.stdout:
            if int(line) >= share * PEOPLE:
                os.kill(process.pid, signal.SIGKILL)
                break
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        return int(line)


@pytest.fixture
def copies(tmp_path, own_database, django_db_blocker):
    """A function that gives an installation with a copy of one database, which was built once."""
    built = Installation(own_database, tmp_path)
    built.run(BUILD)
    names = []

    def copy(name: str) -> Installation:
        base, _, original = own_database.rpartition("/")
        if settings.ON_SQLITE:
            target = tmp_path / f"{name}.sqlite3"
            built.run(f"from django.db import connection as c\nwith c.cursor() as cursor:\n"
                      f"    cursor.execute(\"VACUUM INTO '{target}'\")")  # fmt: skip
            return Installation(f"sqlite:///{target}", tmp_path)
        names.append(f"{original}_{name}")
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{names[-1]}" TEMPLATE "{original}"')
        return Installation(f"{base}/{names[-1]}", tmp_path)

    yield copy
    with django_db_blocker.unblock():
        for name in names:
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_killed_at_10_50_and_90_percent_and_resumed_the_same_stands(copies):
    undisturbed = copies("undisturbed")
    undisturbed.run(WORK)
    expected = json.loads(undisturbed.run(SHOW))
    live, scores, _ = expected
    assert (live, len(scores)) == (2, 2 * PEOPLE)
    for share in (0.1, 0.5, 0.9):
        disturbed = copies(f"killed{round(share * 100)}")
        reached = disturbed.work_and_be_killed_at(share)
        assert share * PEOPLE <= reached < PEOPLE
        disturbed.run(WORK)
        assert json.loads(disturbed.run(SHOW)) == expected
