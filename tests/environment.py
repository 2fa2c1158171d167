"""Sets the environment before Django reads it: a var/ folder of the tests' own, and the database.

`TEST_DATABASE_URL` names the PostgreSQL to test on; without it the tests use an SQLite file in
shared memory. `TEST_REDIS_URL` names the broker; without it Celery uses files.
"""

import os
import tempfile
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
folder = tempfile.TemporaryDirectory(
    prefix="leadhub-tests-", dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
)

os.environ["LEADHUB_VAR"] = folder.name
# WhiteNoise looks for it when a client is made; the tests serve files from where they are written.
(Path(folder.name) / "static").mkdir()
os.environ["SECRET_KEY"] = "only for the tests, which start with an empty database"
os.environ["DATABASE_URL"] = os.environ.get(
    "TEST_DATABASE_URL", f"sqlite:///{folder.name}/leadhub.sqlite3"
)
os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL", "")
os.environ["TIME_ZONE"] = "Europe/Berlin"
