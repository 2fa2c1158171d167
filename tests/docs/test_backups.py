"""The commands that back up and restore, as the guide has them, on the database that is tested."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests.docs.documents import DOCS, ROOT, blocks

GUIDE = DOCS / "how-to/back-up-and-restore.md"
COMMANDS = [block.code for block in blocks("sh") if block.document == GUIDE]


def containing(words: str) -> str:
    (code,) = (code for code in COMMANDS if words in code)
    return code.replace("script/server", "true")


def run(code: str, folder: Path, **environment: str) -> None:
    done = subprocess.run(
        ["bash", "-euc", code],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not settings.ON_SQLITE, reason="for SQLite's file")
def test_a_copy_of_sqlite_is_made_while_it_is_written_and_restored(tmp_path):
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "var").mkdir()
    file = tmp_path / "var/leadhub.sqlite3"
    written = sqlite3.connect(file)
    written.execute("PRAGMA journal_mode=WAL")
    with written:
        written.execute("CREATE TABLE fact (number)")
        written.execute("INSERT INTO fact VALUES (1)")
    run(containing("VACUUM INTO"), tmp_path)
    with written:
        written.execute("INSERT INTO fact VALUES (2)")
    written.close()
    run(containing("leadhub.sqlite3-wal"), tmp_path)
    assert sqlite3.connect(file).execute("SELECT number FROM fact").fetchall() == [(1,)]


@pytest.mark.skipif(settings.ON_SQLITE, reason="for PostgreSQL's tools")
@pytest.mark.skipif(not shutil.which("pg_dump"), reason="pg_dump is not installed")
def test_a_dump_of_postgresql_is_made_and_restored(tmp_path, empty_database):
    server, _, name = empty_database.rpartition("/")
    dump, restore = containing("pg_dump"), containing("pg_restore")
    restore = restore.replace("leadhub_restored", f"{name}_restored")
    with psycopg.connect(empty_database, autocommit=True) as written:
        written.execute("CREATE TABLE fact AS SELECT 1 AS number")
        run(dump, tmp_path, DATABASE_URL=empty_database)
        run(restore, tmp_path, DATABASE_URL=empty_database)
        with psycopg.connect(f"{server}/{name}_restored") as copy:
            assert copy.execute("SELECT number FROM fact").fetchall() == [(1,)]
        written.execute(f'DROP DATABASE "{name}_restored" WITH (FORCE)')
