"""The database of the tests: made once a run, and copied for each of its processes and for each
LeadHub that a test starts.

To bring an empty database to what the migrations make of it takes longer than most tests.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

RUN = Path(os.environ["TEST_RUN"])
MADE = RUN / f"made-{connection.vendor}"
# SQLite tests run on a file: Django's in-memory database ignores the busy timeout.
WHOLE = str(RUN / "leadhub.sqlite3")
if not settings.ON_SQLITE:
    WHOLE = f"test_{settings.DATABASES['default']['NAME']}_{RUN.name[-8:]}"
OF_THE_RUN = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, worker_id):
    """In place of pytest-django's, which migrates a database for each process."""
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        with one_at_a_time():
            if not MADE.exists():
                make_whole()
            use(WHOLE)
            connection.creation.clone_test_db(worker_id, verbosity=0, autoclobber=True)
        use(connection.creation.get_test_db_clone_settings(worker_id)["NAME"])
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(before, verbosity=0)


def make_whole() -> None:
    connection.settings_dict["TEST"]["NAME"] = WHOLE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    MADE.touch()


def use(name: str) -> None:
    """Connects to the database of this name from now on."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


@contextmanager
def one_at_a_time() -> Iterator[None]:
    with (RUN / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def own_database(tmp_path, django_db_setup, django_db_blocker):
    """The address of a database that only this test uses, as the migrations leave one."""
    if settings.ON_SQLITE:
        own = tmp_path / "leadhub.sqlite3"
        shutil.copy(WHOLE, own)
        yield f"sqlite:///{own}"
        return
    with another_database(django_db_blocker, f'TEMPLATE "{WHOLE}"') as address:
        yield address


@pytest.fixture
def empty_database(django_db_setup, django_db_blocker):
    """The address of a database of PostgreSQL with nothing in it that only this test uses."""
    with another_database(django_db_blocker, "") as address:
        yield address


@contextmanager
def another_database(blocker, like: str) -> Iterator[str]:
    name = f"{WHOLE}_{secrets.token_hex(6)}"
    with blocker.unblock(), one_at_a_time(), connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" {like}')
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    yield f"{server}/{name}"
    with blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def pytest_unconfigure(config):
    """The process that started the others takes away what is left of the run, also of one that was
    broken off; files go with their folder.
    """
    if hasattr(config, "workerinput") or settings.ON_SQLITE:
        return
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        for (name,) in server.execute(OF_THE_RUN, [WHOLE]).fetchall():
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
