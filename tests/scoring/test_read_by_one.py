"""Chunks of scores and tallies are read without helpers, which cost as much as they help."""

import pytest
from django.conf import settings
from django.db import connection

EAGER = (
    "parallel_setup_cost = 0",
    "parallel_tuple_cost = 0",
    "min_parallel_table_scan_size = 0",
    "min_parallel_index_scan_size = 0",
)


def is_shared_out(cursor, table: str) -> bool:
    cursor.execute(f"EXPLAIN SELECT count(*) FROM {table}")
    return any("Gather" in line for (line,) in cursor.fetchall())


@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite has no helpers")
def test_scores_and_tallies_are_read_by_one(db):
    with connection.cursor() as cursor:
        for setting in EAGER:
            cursor.execute(f"SET LOCAL {setting}")
        assert is_shared_out(cursor, "records_event")
        assert not is_shared_out(cursor, "scoring_tally")
        assert not is_shared_out(cursor, "scoring_contactscore")
