"""The one place that opens DuckDB.

A process opens it once, and once more for questions about a few rows; every caller gets a
connection of its own: opening it anew takes longer than scoring a contact. What a connection
registers or makes is its own and goes with it.
"""

import os
import threading
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from leadhub.conditions import fold_arrays
from scoring import kept_plans
from scoring.questions import Question


def connect(temp_directory: Path) -> duckdb.DuckDBPyConnection:
    """A connection in memory that reaches no file, network or Python variable, and knows `fold`.

    What does not fit into 512 MB, for all of a process, goes to `temp_directory`. Use it as a
    context manager.
    """
    return _opened(str(temp_directory), os.getpid()).cursor()


def _keeps_plans() -> kept_plans.Plans:
    """The plans of this thread, on a connection of their own that stays."""
    opened = _opened_for_few(os.getpid())
    if getattr(_own, "of", None) is not opened:
        _own.of, _own.plans = opened, kept_plans.Plans(opened.cursor())
    return _own.plans


_own = threading.local()


# A forked process opens its own: the threads of its parent's are not there.
@cache
def _opened(temp_directory: str, process: int) -> duckdb.DuckDBPyConnection:
    return _database(memory="512MB", threads=2, temp_directory=temp_directory)


@cache
def _opened_for_few(process: int) -> duckdb.DuckDBPyConnection:
    """To share a few rows out among threads takes longer than to reckon them."""
    return _database(memory="64MB", threads=1, temp_directory="")


def _database(*, memory: str, threads: int, temp_directory: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory,
            "threads": threads,
            "temp_directory": temp_directory,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            # It turns each short list of a condition into a join: a third of what a sweep costs.
            "disabled_optimizers": "in_clause",
        },
    )
    connection.execute("SET enable_external_access = false")
    fold_arrays.register(connection)
    return connection


def ask(
    connection: duckdb.DuckDBPyConnection, question: Question, tables: dict[str, pa.Table]
) -> pa.Table:
    """The rows of the question's last link. Of a few rows or of millions, it is the same chain."""
    if sum(table.num_rows for table in tables.values()) <= kept_plans.ROWS:
        return kept_plans.ask(_keeps_plans(), question, tables)
    for name, table in (tables | question.constants).items():
        connection.register(name, table)
    *before, (name, last) = question.links.items()
    chain = ",\n".join(f"{link} AS ({sql})" for link, sql in before)
    make(connection, name, f"WITH {chain} {last}" if before else last, question.values)
    return read(connection, f"FROM {name}")


def make(connection: duckdb.DuckDBPyConnection, name: str, sql: str, values: dict) -> None:
    """Keeps the query's rows as the connection's table `name`, in place of any it had."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", values or None)


def read(connection: duckdb.DuckDBPyConnection, sql: str, values: dict | None = None) -> pa.Table:
    """The query's rows, with the values bound to its placeholders.

    It is planned twice: once for its columns, once to run. `make` what takes long to plan.
    """
    return connection.sql(sql, params=values or None).to_arrow_table()
