"""From the database to Arrow: the rows of a query as a table, every column of a stated type.

Both databases give the same: days and moments travel as whole numbers since 1970 (days, and
microseconds), truths as 0 and 1, JSON as text. `day`, `moment`, `json` write the SQL for that.
"""

from collections.abc import Sequence

import pyarrow as pa
from django.conf import settings
from django.db import connection
from pyarrow import csv

# Longer than any row: an event's properties and a contact's attributes are far below it.
BLOCK = 16 * 1024 * 1024
ROWS_AT_ONCE = 20_000


def day(column: str) -> str:
    if settings.ON_SQLITE:
        return f"CAST(julianday({column}) - 2440587.5 AS INTEGER)"
    return f"{column} - DATE '1970-01-01'"


def moment(column: str) -> str:
    if settings.ON_SQLITE:
        # Without the fraction, which strftime would round up to the next second.
        seconds = f"CAST(strftime('%%s', substr({column}, 1, 19)) AS INTEGER)"
        return f"{seconds} * 1000000 + CAST(substr({column}, 21, 6) AS INTEGER)"
    return f"CAST(extract(epoch FROM {column}) * 1000000 AS BIGINT)"


def json(column: str) -> str:
    return column if settings.ON_SQLITE else f"{column}::text"


def truth(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


def read(sql: str, values: Sequence, schema: pa.Schema) -> pa.Table:
    """The rows of the query, whose columns are the schema's, in its order and of its types."""
    reader = _fetched if settings.ON_SQLITE else _gathered
    travelling = pa.schema([(field.name, _travels_as(field.type)) for field in schema])
    return reader(sql, values, travelling).cast(schema)


def _travels_as(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_boolean(kind):
        return pa.int8()
    return pa.int32() if pa.types.is_date32(kind) else kind


def _gathered(sql: str, values: Sequence, schema: pa.Schema) -> pa.Table:
    """PostgreSQL writes thousands of rows into one text each: to take row after row from COPY costs
    many times what everything else here does.
    """
    names = ", ".join(f'"{name}"' for name in schema.names)
    line = ", ',', ".join(map(_as_csv, schema))
    statement = f"""
        SELECT string_agg(concat({line}), E'\n')
        FROM (SELECT *, row_number() OVER () / {ROWS_AT_ONCE} AS block
              FROM ({sql}) AS asked({names})) AS numbered
        GROUP BY block ORDER BY block"""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        text = "\n".join(block for (block,) in cursor.fetchall()).encode()
    return _parsed(text, schema) if text else schema.empty_table()


def _as_csv(field: pa.Field) -> str:
    """The column as it stands in a line; null becomes nothing at all."""
    if not pa.types.is_string(field.type):
        return f'"{field.name}"'
    return f"""'"' || replace("{field.name}", '"', '""') || '"'"""


def _parsed(text: bytes, schema: pa.Schema) -> pa.Table:
    return csv.read_csv(
        pa.BufferReader(text),
        # Waking other threads costs a sweep more than they save it.
        csv.ReadOptions(column_names=schema.names, block_size=BLOCK, use_threads=len(text) > BLOCK),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _fetched(sql: str, values: Sequence, schema: pa.Schema) -> pa.Table:
    batches = []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            columns = [
                pa.array(column, field.type)
                for column, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            batches.append(pa.record_batch(columns, schema=schema))
    return pa.Table.from_batches(batches, schema)
