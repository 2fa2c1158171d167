"""What a benchmark runs on: a database, a broker and a folder of its own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import own_servers

SPEED_OF_POSTGRESQL = (
    "server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method",
    "shared_buffers", "work_mem", "max_wal_size",
)  # fmt: skip
SPEED_OF_SQLITE = ("journal_mode", "synchronous", "cache_size", "page_size")


@dataclass(frozen=True)
class Stack:
    """`name` is sqlite or postgresql. REDIS_URL is empty where the broker is a folder."""

    name: str
    var: Path
    database_url: str
    redis_url: str

    @contextmanager
    def running(self):
        """All of LeadHub's processes on this stack, ready: a `tests.running.Running`."""
        from tests.running import Running

        leadhub = Running(self.var, self.database_url, self.redis_url)
        try:
            leadhub.start()
            yield leadhub
        finally:
            leadhub.stop()

    def settings(self) -> str:
        """What decides the speed of the database, for the reader of the figures."""
        from django.db import connection

        with connection.cursor() as cursor:
            if self.name == "postgresql":
                found = {name: asked(cursor, f"SHOW {name}") for name in SPEED_OF_POSTGRESQL}
            else:
                found = {"version": asked(cursor, "SELECT sqlite_version()")}
                found |= {name: asked(cursor, f"PRAGMA {name}") for name in SPEED_OF_SQLITE}
        return ", ".join(f"{name} {value}" for name, value in found.items())

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "leadhub.settings",
            "LEADHUB_VAR": str(self.var),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": "only for benchmarks, whose databases are thrown away",
        }


def asked(cursor, question: str):
    cursor.execute(question)
    return cursor.fetchone()[0]


@contextmanager
def made(name: str, *, keep: str | None = None) -> Iterator[Stack]:
    """Starts the servers that the stack needs; stops them and deletes their data at the end, or
    keeps it in the folder `keep`, where the next run finds it.
    """
    with ExitStack() as at_the_end:
        if keep is None:
            passing = tempfile.TemporaryDirectory(prefix="leadhub-bench-")
            folder = Path(at_the_end.enter_context(passing))
        else:
            folder = Path(keep).absolute() / name
        var = folder / "var"
        var.mkdir(parents=True, exist_ok=True)
        # The person PostgreSQL runs as must be able to reach its own folder in it.
        folder.chmod(0o755)
        if name == "sqlite":
            yield Stack(name, var, f"sqlite:///{var}/leadhub.sqlite3", "")
        else:
            database = at_the_end.enter_context(own_servers.postgresql(folder / "postgresql"))
            broker = at_the_end.enter_context(own_servers.redis(folder / "redis"))
            yield Stack(name, var, database, broker)
