"""What `manage.py check --database default` says of this machine."""

import sqlite3

from django.conf import settings
from django.core.checks import Info, Tags, register

# Earlier versions can, very rarely, lose a commit when the write-ahead log starts anew.
SOUND_SQLITE = (3, 51, 3)


@register(Tags.database)
def sqlite_is_sound(databases, **_):
    if not (databases and settings.ON_SQLITE) or sqlite3.sqlite_version_info >= SOUND_SQLITE:
        return []
    return [
        Info(
            f"SQLite {sqlite3.sqlite_version} has a very rare bug that can damage a database.",
            hint="The nightly run checks the database and keeps seven copies in var/backups. "
            "SQLite 3.51.3 or newer, or PostgreSQL, does not have the bug.",
            id="leadhub.I001",
        )
    ]
