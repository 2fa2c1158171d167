"""The one place that opens DuckDB.

A process opens it once, and every caller gets a connection of its own to it: opening it anew takes
longer than scoring a contact. What a connection registers or makes is its own and goes with it.
"""

import os
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from leadhub.conditions import fold


def connect(temp_directory: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory that reaches no file, network or Python variable, and knows `fold`.

    What does not fit into the 512 MB of a process goes to `temp_directory`. Use it as a context
    manager.
    """
    return _opened(str(temp_directory), os.getpid()).cursor()


@cache
def _opened(temp_directory: str, process: int) -> duckdb.DuckDBPyConnection:
    """A forked process opens its own: the threads of its parent's are not there."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": "512MB",
            "threads": 2,
            "temp_directory": temp_directory,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            # It turns each short list of a condition into a join: a third of what a sweep costs.
            "disabled_optimizers": "in_clause",
        },
    )
    connection.execute("SET enable_external_access = false")
    fold.register(connection)
    return connection


def make(connection: duckdb.DuckDBPyConnection, name: str, sql: str, values: dict) -> None:
    """Keeps the query's rows as the connection's table `name`, in place of any it had."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", values or None)


def read(connection: duckdb.DuckDBPyConnection, sql: str, values: dict | None = None) -> pa.Table:
    """The query's rows, with the values bound to its placeholders.

    It is planned twice: once for its columns, once to run. `make` what takes long to plan.
    """
    return connection.sql(sql, params=values or None).to_arrow_table()
