"""The one place that opens DuckDB.

A process opens it once, and every caller gets a connection of its own: opening it anew takes longer
than scoring a contact. What a connection registers or makes is its own and goes with it.
"""

import os
from collections.abc import Iterable, Iterator
from functools import cache

import duckdb
import pyarrow as pa

from leadhub.conditions import fold_arrays
from scoring import kept_plans, overflow
from scoring.questions import Question


def connect() -> duckdb.DuckDBPyConnection:
    """A connection in memory that reaches no file, network or Python variable, and knows `fold`.

    What does not fit into 512 MB, for all of a process, goes to the folder of `overflow`. Use it as
    a context manager.
    """
    return _opened(os.getpid()).cursor()


# A forked process opens its own: the threads of its parent's are not there.
@cache
def _opened(process: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": "512MB",
            # Two need two thirds more of the processors, of which the database wants one meanwhile.
            "threads": 1,
            "temp_directory": str(overflow.folder or ""),
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


@cache
def _plans(process: int) -> kept_plans.Plans:
    return kept_plans.Plans(connect)


def ask(question: Question, relations: dict[str, pa.Table], **values) -> pa.Table:
    """The rows of the question's last link, from those of the relations that it reads and the
    values for its open placeholders.
    """
    plans = _plans(os.getpid())
    return plans.answer(question, question.reads(relations), question.asks_for(values))


def rows(question: Question, relations: dict[str, pa.Table], **values) -> Iterator[tuple]:
    """The same row by row. No two columns have one name."""
    return zip(*ask(question, relations, **values).to_pydict().values(), strict=True)


def work_out(
    questions: Iterable[Question], relations: dict[str, pa.Table], **values
) -> dict[str, pa.Table]:
    """The relations with the answer to each question, by its name, in turn."""
    for question in questions:
        relations = relations | {question.name: ask(question, relations, **values)}
    return relations
