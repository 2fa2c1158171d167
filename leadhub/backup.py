"""Backups of the SQLite database. (PostgreSQL's are its administrator's; see the docs.)"""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

KEPT = 7


class DatabaseDamaged(Exception):
    """SQLite's own check found the file damaged; the message says what it found."""


def folder() -> Path:
    return settings.VAR / "backups"


def back_up(*, at: datetime) -> Path:
    """Checks the database, copies it to var/backups, and keeps the latest copies.

    Raises DatabaseDamaged, before anything is copied or an old copy deleted.
    """
    check_integrity()
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = folder() / f"leadhub-{at:%Y%m%d-%H%M%S}.sqlite3"
    unfinished = copy.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(unfinished)])
    unfinished.chmod(0o600)
    unfinished.replace(copy)
    for old in sorted(folder().glob("leadhub-*.sqlite3"))[:-KEPT]:
        old.unlink()
    return copy


def check_integrity() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(20)")
        found = [row[0] for row in cursor.fetchall()]
    if found != ["ok"]:
        raise DatabaseDamaged("; ".join(found))
