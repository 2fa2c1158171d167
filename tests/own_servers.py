"""A PostgreSQL and a Redis of our own: on free ports of the loopback, with data of their own."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STARTS_WITHIN = 60.0
# For tests, which lose nothing worth keeping when the power fails.
WITHOUT_DURABILITY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class CannotStart(Exception):
    """A server did not start; the message says which and why."""


def postgresql_programs() -> Path | None:
    """The folder of the newest PostgreSQL's initdb and postgres; None if there is none."""
    debians = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if debians:
        return debians[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def redis_program() -> str | None:
    return shutil.which("redis-server")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def postgresql(folder: Path, *, settings: tuple[str, ...] = ()) -> Iterator[str]:
    """Runs a PostgreSQL in the folder, empty or as an earlier run left it; gives the address of its
    database `leadhub`.

    `settings` such as "fsync=off"; without any, it is as durable as PostgreSQL is by default.
    """
    programs, port = postgresql_programs(), free_port()
    if programs is None:
        raise CannotStart("PostgreSQL is not installed (Debian's postgresql).")
    as_someone = not_root()
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder, **as_someone}
    if not (data / "PG_VERSION").exists():
        data.mkdir(parents=True)
        if as_someone:
            for path in (folder, data):
                shutil.chown(path, as_someone["user"])
        subprocess.run(
            [programs / "initdb", "--pgdata", data, "--username", "leadhub", "--auth", "trust",
             "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
            check=True, **quiet,
        )  # fmt: skip
    options = [argument for setting in settings for argument in ("-c", setting)]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", data,
         "-c", "max_connections=100", "-c", "log_min_messages=fatal", *options],
        start_new_session=True, stderr=(folder / "log").open("w"), **quiet,
    )  # fmt: skip
    # SIGINT: PostgreSQL's fast shutdown, which does not wait for clients.
    with stopped_at_the_end(server, by=lambda: server.send_signal(2)):
        address = f"postgresql://leadhub@127.0.0.1:{port}/leadhub"
        wait_for(lambda: made_database(programs, port), server, "PostgreSQL", folder / "log")
        yield address


def made_database(programs: Path, port: int) -> bool:
    """Makes the database `leadhub`, if it is not there; False while the server does not listen."""
    made = subprocess.run(
        [programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "leadhub", "leadhub"],
        capture_output=True,
        text=True,
    )
    return made.returncode == 0 or "already exists" in made.stderr


@contextmanager
def redis(folder: Path, *, port: int | None = None) -> Iterator[str]:
    """Runs a Redis that keeps nothing on disk, on the port or a free one; gives its address."""
    if redis_program() is None:
        raise CannotStart("Redis is not installed (Debian's redis-server).")
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    server = subprocess.Popen(
        [redis_program(), "--bind", "127.0.0.1", "--port", str(port), "--dir", folder,
         "--save", "", "--appendonly", "no"],
        stdout=(folder / "log").open("w"), stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    with stopped_at_the_end(server, by=server.terminate):
        wait_for(lambda: listens(port), server, "Redis", folder / "log")
        yield f"redis://127.0.0.1:{port}/0"


def not_root() -> dict:
    """How to run a program as someone else than root (PostgreSQL refuses root); {} if we are."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    raise CannotStart("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(ready, server: subprocess.Popen, name: str, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            raise CannotStart(f"{name} did not start:\n{log.read_text()}")
        time.sleep(0.1)


@contextmanager
def stopped_at_the_end(server: subprocess.Popen, *, by) -> Iterator[None]:
    try:
        yield
    finally:
        if server.poll() is None:
            by()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
