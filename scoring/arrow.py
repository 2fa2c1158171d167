"""From the database to Arrow: the rows of a query as a table, every column of a stated type.

Both databases give the same: moments travel as microseconds since 1970, truths as 0 and 1, JSON as
text. `day`, `moment`, `json`, `truth` write the SQL for that.
"""

from collections.abc import Sequence

import pyarrow as pa
from django.conf import settings
from django.db import connection
from pyarrow import csv

# Longer than any text: an event's properties and a contact's attributes are far below it.
BLOCK = 16 * 1024 * 1024


def day(column: str) -> str:
    """As text on SQLite (not as a date, which Python would make of it for each row)."""
    return f"{column} || ''" if settings.ON_SQLITE else f"{column} - DATE '1970-01-01'"


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


def read(sql: str, values: Sequence, schema: pa.Schema, *, few: bool = False) -> pa.Table:
    """The rows of the query, whose columns are the schema's, in its order and of its types.

    `few` says that it finds about a hundred at most: those are sooner here as rows.
    """
    reader = _fetched if few else _gathered
    return reader(sql, values, schema).cast(schema)


def _travels_as(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_boolean(kind):
        return pa.int8()
    return pa.int32() if pa.types.is_date32(kind) and not settings.ON_SQLITE else kind


def _gathered(sql: str, values: Sequence, schema: pa.Schema) -> pa.Table:
    """The database writes each column into one text, a value a line: to take row after row from it
    costs many times what everything else here does.
    """
    columns = ", ".join(map(_as_lines, schema))
    names = ", ".join(f'"{name}"' for name in schema.names)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH asked({names}) AS ({sql}) SELECT {columns} FROM asked", values)
        texts = cursor.fetchone()
    if texts[0] is None:
        return schema.empty_table()
    parsed = [_parsed(text, field) for text, field in zip(texts, schema, strict=True)]
    return pa.table(parsed, names=schema.names)


def _as_lines(field: pa.Field) -> str:
    """The column's lines; null becomes nothing at all."""
    name = f'"{field.name}"'
    if pa.types.is_string(field.type):
        cell = f"""'"' || replace({name}, '"', '""') || '"'"""
    else:
        cell = f"CAST({name} AS text)"
    if settings.ON_SQLITE:
        return f"group_concat(coalesce({cell}, ''), char(10))"
    return f"string_agg(coalesce({cell}, ''), E'\n')"


def _parsed(lines: str, field: pa.Field) -> pa.ChunkedArray:
    text = f"{lines}\n".encode()
    table = csv.read_csv(
        pa.BufferReader(text),
        # Waking other threads costs a sweep more than they save it.
        csv.ReadOptions(column_names=["value"], block_size=BLOCK, use_threads=len(text) > BLOCK),
        csv.ParseOptions(
            newlines_in_values=pa.types.is_string(field.type), ignore_empty_lines=False
        ),
        csv.ConvertOptions(
            column_types={"value": _travels_as(field.type)},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return table["value"]


def _fetched(sql: str, values: Sequence, schema: pa.Schema) -> pa.Table:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    if not rows:
        return schema.empty_table()
    columns = [
        _column(values, field)
        for values, field in zip(zip(*rows, strict=True), schema, strict=True)
    ]
    return pa.table(columns, names=schema.names)


def _column(values: Sequence, field: pa.Field) -> pa.Array:
    if pa.types.is_date32(field.type) and settings.ON_SQLITE:
        return pa.array(values, pa.string()).cast(field.type)
    return pa.array(values, _travels_as(field.type))
