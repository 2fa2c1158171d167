"""Questions about a few rows, planned once: DuckDB takes longer to plan one than to answer it.

DuckDB keeps the plan of a statement only if it is prepared in SQL, reads no table, and is handed
values of the very types it was prepared for. So the rows travel as texts of JSON, from which the
statement unpacks them; all else that the statement compares with stands in it, spelled out.
"""

import json
import re
from collections import OrderedDict
from datetime import date

import duckdb
import pyarrow as pa

from scoring.questions import Question

# Of all tables of a question together: from here on, planning is cheaper than JSON.
ROWS = 2_000
# Definitions are asked by few questions each; more plans than these are forgotten.
PLANS_KEPT = 32
TYPES = {
    pa.int64(): "BIGINT",
    pa.string(): "VARCHAR",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
}
GIVEN = {name: kind for kind, name in TYPES.items()} | {"INTEGER": pa.int32()}


class Plans:
    """The statements that a connection has prepared: their names by what they ask."""

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self.connection = connection
        self.names: OrderedDict[str, str] = OrderedDict()
        self.made = 0

    def of(self, statement: str) -> str:
        """The name of the prepared statement."""
        if statement not in self.names:
            self.made += 1
            self.connection.execute(f"PREPARE asked_{self.made} AS {statement}")
            self.names[statement] = f"asked_{self.made}"
        self.names.move_to_end(statement)
        if len(self.names) > PLANS_KEPT:
            self.connection.execute(f"DEALLOCATE {self.names.popitem(last=False)[1]}")
        return self.names[statement]


def ask(plans: Plans, question: Question, tables: dict[str, pa.Table]) -> pa.Table:
    """The rows of the question's last link, as `engine.ask` gives them."""
    schemas = tuple((name, table.schema) for name, table in tables.items())
    if schemas not in question.statements:
        question.statements[schemas] = _statement(question, tables)
    rows = ", ".join(f"{name} := '{_packed(table)}'" for name, table in tables.items())
    plans.connection.execute(f"EXECUTE {plans.of(question.statements[schemas])}({rows})")
    return _fetched(plans.connection)


def _statement(question: Question, tables: dict[str, pa.Table]) -> str:
    given = {name: _unpacked(f"${name}", table.schema) for name, table in tables.items()}
    constant = {
        name: _unpacked(f"'{_packed(table)}'", table.schema)
        for name, table in question.constants.items()
    }
    links = (given | question.links).items()
    chain = ",\n".join(f"{name} AS ({sql})" for name, sql in links)
    chain = spelled_out(chain, question.values)
    constants = "".join(f"{name} AS ({sql}),\n" for name, sql in constant.items())
    return f"WITH {constants}{chain} SELECT * FROM {list(question.links)[-1]}"


def _fetched(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """What was found, in the types in which a statement that was not prepared gives it."""
    schema = pa.schema([(name, GIVEN[str(kind)]) for name, kind, *_ in connection.description])
    rows = connection.fetchall()
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )


def _unpacked(text: str, schema: pa.Schema) -> str:
    types = json.dumps([{field.name: TYPES[field.type] for field in schema}])
    return f"SELECT unnest(from_json({text}::VARCHAR, '{types}'), recursive := true)"


def _packed(table: pa.Table) -> str:
    """JSON without an apostrophe, so that nothing in it can end the literal it becomes."""
    return json.dumps(table.to_pylist(), default=date.isoformat).replace("'", "\\u0027")


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
