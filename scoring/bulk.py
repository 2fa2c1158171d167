"""From Arrow to the database: rows that a table gets, and rows for statements that follow, as a
temporary table or, where they are few, as a text of JSON that each of the statements brings along.
Not by `leadhub.adding`: columns of Arrow become text without a Python object a value.
"""

import io
import json

import pyarrow as pa
from django.conf import settings
from pyarrow import csv

# So many rows are sooner there as a text than as a table.
FEW = 100
ROWS_AT_ONCE = 1_000


def handed(cursor, name: str, like: str, table: pa.Table) -> tuple[str, list]:
    """What a statement selects from to read the rows, and the values that belong there.

    Columns are of the types of the table `like`; of many rows the temporary table `name` is made.
    """
    if table.num_rows > FEW:
        fill(cursor, name, like, table)
        return name, []
    columns = table.column_names
    if settings.ON_SQLITE:
        unpacked = ", ".join(f"json_extract(value, '$.{column}') AS {column}" for column in columns)
        rows = f"SELECT {unpacked} FROM json_each(%s)"
    else:
        rows = f"SELECT {', '.join(columns)} FROM json_populate_recordset(NULL::{like}, %s)"
    values = zip(*map(_as_text, table.columns), strict=True)
    text = json.dumps([dict(zip(columns, row, strict=True)) for row in values])
    return f"({rows})", [text]


def fill(cursor, name: str, like: str, table: pa.Table) -> None:
    """Makes the temporary table `name` hold exactly the rows, in columns like those of `like`.

    Moments as in `add`.
    """
    columns = ", ".join(table.column_names)
    cursor.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {name} AS SELECT {columns} FROM {like} WHERE false"
    )
    cursor.execute(f"DELETE FROM {name}" if settings.ON_SQLITE else f"TRUNCATE {name}")
    add(cursor, name, table)
    if not settings.ON_SQLITE:
        # Without it PostgreSQL goes through whole tables to find so few rows.
        cursor.execute(f"ANALYZE {name}")


def add(cursor, name: str, table: pa.Table) -> None:
    """Adds the rows to the database's table `name`, whose other columns get their defaults.

    Moments are timestamps without a zone, in UTC.
    """
    columns = ", ".join(table.column_names)
    (_insert if settings.ON_SQLITE else _copy)(cursor, name, columns, table)


def _insert(cursor, name: str, columns: str, table: pa.Table) -> None:
    marks = ", ".join(["%s"] * table.num_columns)
    rows = zip(*map(_as_django_stores, table.columns), strict=True)
    cursor.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", list(rows))


def _as_django_stores(column: pa.ChunkedArray) -> list:
    """In SQLite dates and moments are text, without their zone."""
    if pa.types.is_date(column.type):
        return column.cast(pa.string()).to_pylist()
    if pa.types.is_timestamp(column.type):
        assert column.type.tz is None, "stored with its zone, it would compare wrongly"
        return [str(moment) for moment in column.to_pylist()]
    return column.to_pylist()


def _as_text(column: pa.ChunkedArray) -> list:
    """What JSON knows; dates and moments as text that the database understands."""
    if settings.ON_SQLITE:
        return _as_django_stores(column)
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.string())
    return column.to_pylist()


def _copy(cursor, name: str, columns: str, table: pa.Table) -> None:
    into = f"COPY {name} ({columns}) FROM STDIN (FORMAT csv)"
    with cursor.db.wrap_database_errors, cursor.copy(into) as copy:
        # The database takes some rows while the next are put into words.
        for rows in table.to_batches(ROWS_AT_ONCE):
            text = io.BytesIO()
            csv.write_csv(rows, text, csv.WriteOptions(include_header=False))
            copy.write(text.getvalue())
