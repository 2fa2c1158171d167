"""On PostgreSQL: tables that are read by the chunk are read by the process that asks alone.

A helper costs as much again as it helps, and the other processors are reckoning or reading the next
chunk meanwhile.
"""

from django.db import migrations

TABLES = ("scoring_tally", "scoring_contactscore")


def alone(apps, schema_editor):
    altered(schema_editor, "SET (parallel_workers = 0)")


def with_helpers(apps, schema_editor):
    altered(schema_editor, "RESET (parallel_workers)")


def altered(schema_editor, how: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} {how}")


class Migration(migrations.Migration):
    dependencies = [("scoring", "0010_scores_are_written_leaner")]

    operations = [migrations.RunPython(alone, with_helpers)]
