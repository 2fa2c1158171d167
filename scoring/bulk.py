"""From Arrow to the database in bulk: rows into a temporary table, for a statement that follows."""

import io

import pyarrow as pa
from django.conf import settings
from pyarrow import csv


def fill(cursor, name: str, like: str, table: pa.Table) -> None:
    """Makes the temporary table `name` hold exactly the rows, in columns like those of `like`.

    Moments are timestamps in UTC.
    """
    columns = ", ".join(table.column_names)
    cursor.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS {name} AS SELECT {columns} FROM {like} WHERE false"
    )
    if settings.ON_SQLITE:
        _insert(cursor, name, columns, table)
    else:
        _copy(cursor, name, columns, table)


def _insert(cursor, name: str, columns: str, table: pa.Table) -> None:
    cursor.execute(f"DELETE FROM {name}")
    marks = ", ".join(["%s"] * table.num_columns)
    rows = zip(*map(_as_django_stores, table.columns), strict=True)
    cursor.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", list(rows))


def _as_django_stores(column: pa.ChunkedArray) -> list:
    """In SQLite dates and moments are text, without their zone."""
    if pa.types.is_date(column.type):
        return column.cast(pa.string()).to_pylist()
    if pa.types.is_timestamp(column.type):
        return [str(moment) for moment in column.cast(pa.timestamp("us")).to_pylist()]
    return column.to_pylist()


def _copy(cursor, name: str, columns: str, table: pa.Table) -> None:
    cursor.execute(f"TRUNCATE {name}")
    text = io.BytesIO()
    csv.write_csv(table, text, csv.WriteOptions(include_header=False))
    with cursor.copy(f"COPY {name} ({columns}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(text.getvalue())
