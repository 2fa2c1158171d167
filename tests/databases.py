"""The database of the tests: made once a run, and copied for each of its processes.

To bring an empty database to what the migrations make of it takes longer than most tests.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

RUN = Path(os.environ["TEST_RUN"])
MADE = RUN / f"made-{connection.vendor}"


OF_THE_RUN = "SELECT datname FROM pg_database WHERE datname LIKE %s"


def template() -> str:
    """SQLite tests run on a file: Django's in-memory database ignores the busy timeout."""
    if settings.ON_SQLITE:
        return str(RUN / "leadhub.sqlite3")
    return f"test_{settings.DATABASES['default']['NAME']}_{RUN.name[-8:]}"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, worker_id):
    """In place of pytest-django's, which migrates a database for each process."""
    own, whole = connection.settings_dict["NAME"], template()
    with django_db_blocker.unblock():
        with one_at_a_time():
            if not MADE.exists():
                make(whole)
            use(whole)
            connection.creation.clone_test_db(worker_id, verbosity=0, autoclobber=True)
        use(connection.creation.get_test_db_clone_settings(worker_id)["NAME"])
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(own, verbosity=0)


def make(name: str) -> None:
    connection.settings_dict["TEST"]["NAME"] = name
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


def pytest_unconfigure(config):
    """The process that started the others takes away what is left of the run, also of one that was
    broken off; files go with their folder.
    """
    if hasattr(config, "workerinput") or settings.ON_SQLITE:
        return
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        ours = server.execute(OF_THE_RUN, [f"{template()}%"]).fetchall()
        for (name,) in ours:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
