"""Adding many rows at once whose ids nobody needs: several times faster than by the ORM."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import DateField, DateTimeField, Field, JSONField, Model


def add_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Adds a row for each: its values in the order of the columns' `names`, such as source_id; all
    else is as by default.
    """
    rows = list(rows)
    if not rows:
        return
    rest = [f for f in model._meta.local_concrete_fields if f.attname not in names]
    rest = [f for f in rest if not f.primary_key]
    by_default = [f.get_default() for f in rest]
    fields = [*map(model._meta.get_field, names), *rest]
    ways = [way_to_store(field) for field in fields]
    stored = (
        [
            way(value) if way and value is not None else value
            for way, value in zip(ways, (*row, *by_default), strict=True)
        ]
        for row in rows
    )
    write(model._meta.db_table, [field.column for field in fields], stored)


def write(table: str, names: Sequence[str], rows: Iterable[Sequence]) -> None:
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def way_to_store(field: Field) -> Callable[[Any], Any] | None:
    """How a value of the field is written; None: as it is. SQLite has no type for moments."""
    if isinstance(field, JSONField):
        return json.dumps
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return connection.ops.adapt_datefield_value if isinstance(field, DateField) else None
