"""Sets the environment before Django reads it: a var/ folder of the tests' own, and the database.

`TEST_DATABASE_URL` names the PostgreSQL to test on; without it the tests use an SQLite file in
shared memory. `TEST_REDIS_URL` names the broker; without it Celery uses files. `TEST_RUN` is a
folder for all processes of a run of the tests: the first one makes it, the others inherit it.
"""

import os
import tempfile
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
IN_MEMORY = SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
if "TEST_RUN" not in os.environ:
    of_the_run = tempfile.TemporaryDirectory(prefix="leadhub-tests-", dir=IN_MEMORY)
    os.environ["TEST_RUN"] = of_the_run.name
folder = tempfile.mkdtemp(prefix="var-", dir=os.environ["TEST_RUN"])

os.environ["LEADHUB_VAR"] = folder
# WhiteNoise looks for it when a client is made; the tests serve files from where they are written.
(Path(folder) / "static").mkdir()
os.environ["SECRET_KEY"] = "only for the tests, which start with an empty database"
os.environ["DATABASE_URL"] = os.environ.get(
    "TEST_DATABASE_URL", f"sqlite:///{folder}/leadhub.sqlite3"
)
os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL", "")
os.environ["TIME_ZONE"] = "Europe/Berlin"
