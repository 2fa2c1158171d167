"""Questions planned once: DuckDB takes longer to plan one than to answer it of a thousand contacts.

DuckDB keeps the plan of a statement only if it is prepared in SQL and nothing that it reads is made
anew. So a prepared statement reads objects that stay, each of which hands out the rows it holds at
that moment; what else it compares with stands in it, spelled out.
"""

import re
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import duckdb
import pyarrow as pa

from scoring.questions import Question

# Definitions are asked by some thirty questions each; more plans than these are forgotten.
PLANS_KEPT = 128

# DuckDB's advice, to ask for a relation instead, costs half a millisecond more each time.
warnings.filterwarnings("ignore", "Arrow output on a DB-API result", module=__name__)


class Handed:
    """What a statement reads under one name: other rows of the same schema each time."""

    def __init__(self, rows: pa.Table):
        self.nothing, self.rows = rows.schema.empty_table(), rows

    def __arrow_c_stream__(self, requested_schema=None):
        return self.rows.__arrow_c_stream__(requested_schema)

    def empty(self) -> None:
        self.rows = self.nothing


class Plan:
    """A question as a prepared statement, on a connection of its own, for tables of one schema
    each. One thread at a time asks it.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, question: Question, tables: dict[str, pa.Table]
    ):
        self.connection = connection
        self.handed = {name: Handed(table) for name, table in tables.items()}
        for name, rows in self.handed.items():
            connection.register(name, rows)
        connection.execute(f"PREPARE asked AS {spelled_out(question.sql, question.values)}")

    def answer(self, tables: dict[str, pa.Table], values: dict[str, object]) -> pa.Table:
        given = ", ".join(f"{name} := {literal(value)}" for name, value in values.items())
        for name, handed in self.handed.items():
            handed.rows = tables[name]
        try:
            return self.connection.execute(f"EXECUTE asked({given})").to_arrow_reader().read_all()
        finally:
            # Kept is the plan, not whom it was asked about.
            for handed in self.handed.values():
                handed.empty()


class Plans:
    """The plans of a process that nobody is asking just now; the latest used are the last."""

    def __init__(self, connect: Callable[[], duckdb.DuckDBPyConnection]):
        self.connect = connect
        self.idle: OrderedDict[tuple, list[Plan]] = OrderedDict()
        self.lock = threading.Lock()

    def answer(
        self, question: Question, tables: dict[str, pa.Table], values: dict[str, object]
    ) -> pa.Table:
        """The rows of the question's last link. Values are of the same types each time: of others
        DuckDB plans anew.
        """
        with self._plan(question, tables) as plan:
            return plan.answer(tables, values)

    @contextmanager
    def _plan(self, question: Question, tables: dict[str, pa.Table]) -> Iterator[Plan]:
        """A plan of nobody else's; it is kept unless asking it failed."""
        key = (question, frozenset((name, table.schema) for name, table in tables.items()))
        plan = self._taken(key) or Plan(self.connect(), question, tables)
        yield plan
        self._keep(key, plan)

    def _taken(self, key: tuple) -> Plan | None:
        with self.lock:
            plans = self.idle.pop(key, [])
            plan = plans.pop() if plans else None
            if plans:
                self.idle[key] = plans
            return plan

    def _keep(self, key: tuple, plan: Plan) -> None:
        with self.lock:
            self.idle.setdefault(key, []).append(plan)
            self.idle.move_to_end(key)
            if sum(map(len, self.idle.values())) > PLANS_KEPT:
                oldest = next(iter(self.idle))
                self.idle[oldest].pop()
                if not self.idle[oldest]:
                    del self.idle[oldest]


def spelled_out(sql: str, values: dict) -> str:
    """The SQL with a literal in the place of each placeholder that has a value."""
    return re.sub(
        r"\$(\w+)",
        lambda found: literal(values[found[1]]) if found[1] in values else found[0],
        sql,
    )


def literal(value: object) -> str:
    """As DuckDB writes and reads it: a text that ends where its own apostrophes are doubled."""
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float):
        return f"'{value!r}'::DOUBLE"
    if isinstance(value, date):
        return f"'{value.isoformat()}'::DATE"
    assert isinstance(value, str), f"no literal for {value!r}"
    return "'" + value.replace("'", "''") + "'::VARCHAR"
