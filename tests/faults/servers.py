"""A PostgreSQL that is restarted, and a Redis that is stopped and emptied, while LeadHub runs."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import own_servers


@dataclass
class Servers:
    """Their addresses, and what can happen to them. PostgreSQL is durable as it is by default."""

    folder: Path
    database_url: str
    redis_port: int = field(default_factory=own_servers.free_port)
    redis: ExitStack = field(default_factory=ExitStack)

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.redis_port}/0"

    def start_redis(self) -> None:
        """Starts it with nothing in it."""
        self.redis.enter_context(own_servers.redis(self.folder / "redis", port=self.redis_port))

    def stop_redis(self) -> None:
        self.redis.close()

    def restart_postgresql_at_once(self) -> None:
        """Every connection is cut, and what was not committed is gone."""
        log = self.folder / "postgresql" / "data" / "log-after-restart"
        self.pg_ctl("restart", "-m", "immediate", "-w", "-l", log)

    def pg_ctl(self, *command) -> None:
        folder = self.folder / "postgresql"
        pg_ctl = own_servers.postgresql_programs() / "pg_ctl"
        subprocess.run(
            [pg_ctl, "-D", folder / "data", *command],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            **own_servers.not_root(),
        )


@contextmanager
def servers() -> Iterator[Servers]:
    with ExitStack() as at_the_end:
        folder = Path(
            at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="leadhub-faults-"))
        )
        # The person PostgreSQL runs as must be able to reach its own folder in it.
        folder.chmod(0o755)
        address = at_the_end.enter_context(own_servers.postgresql(folder / "postgresql"))
        made = Servers(folder, address)
        # A restarted PostgreSQL is nobody's child any more.
        at_the_end.callback(made.pg_ctl, "stop", "-m", "fast")
        at_the_end.callback(made.stop_redis)
        made.start_redis()
        yield made
