"""Adding rows straight to their table: several times faster than by the ORM, one or thousands.

Whose rows they are decides who may (see each model's writer).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from operator import methodcaller
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateField, DateTimeField, Field, JSONField, Model

# Fewer are not worth PostgreSQL's COPY.
MANY = 50
# How a value is written.
Way = Callable[[Any], Any]
# What is no plain value says itself what it is as JSON.
JSON = json.JSONEncoder(default=methodcaller("as_json"))


def add_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Adds a row for each: its values in the order of `names`, such as source_id; all else is as
    by default. Raises IntegrityError and whatever else Django raises for a statement.

    Each is made ready for the database while that writes those before it.
    """
    rows = list(rows)
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    named = [fields.pop(name) for name in names]
    others = [field for field in fields.values() if is_given_by_django(field)]
    by_default = [field.get_default() for field in others]
    every = [*named, *others]
    ways = [(place, way) for place, field in enumerate(every) if (way := way_to_store(field))]
    stored = as_stored(([*row, *by_default] for row in rows), ways)
    columns = [field.column for field in every]
    write(model._meta.db_table, columns, stored, many=len(rows) >= MANY)


def as_stored(rows: Iterable[list], ways: Sequence[tuple[int, Way]]) -> Iterator[list]:
    for values in rows:
        for place, way in ways:
            values[place] = way(values[place])
        yield values


@transaction.atomic(savepoint=False)
def add_rows_with_ids(
    model: type[Model], names: Sequence[str], rows: Iterable[Sequence]
) -> list[int]:
    """The same where somebody needs the rows' ids: in the order of the rows."""
    rows = list(rows)
    if not rows:
        return []
    ids = new_ids(model, len(rows))
    with_ids = ((pk, *row) for pk, row in zip(ids, rows, strict=True))
    add_rows(model, (model._meta.pk.attname, *names), with_ids)
    return ids


def new_ids(model: type[Model], number: int) -> list[int]:
    """Ids that no row has or gets but those of this transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if settings.ON_SQLITE:
            # Nobody else writes meanwhile; what is then added moves the sequence on.
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            (last,) = cursor.fetchone() or (0,)
            return [*range(last + 1, last + 1 + number)]
        cursor.execute(
            """WITH its AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, %s)::regclass AS own)
            SELECT nextval(own) FROM its, generate_series(1, %s)""",
            [table, model._meta.pk.column, number],
        )
        return [pk for (pk,) in cursor.fetchall()]


def write(table: str, columns: Sequence[str], rows: Iterable[Sequence], *, many: bool) -> None:
    quoted = connection.ops.quote_name
    into = f"{quoted(table)} ({', '.join(map(quoted, columns))})"
    with connection.cursor() as cursor:
        if settings.ON_SQLITE or not many:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)
            return
        # Within a statement long texts would be quoted letter by letter.
        with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def is_given_by_django(field: Field) -> bool:
    """Whether a row needs a value for it; else the database has one."""
    return not field.primary_key and (field.has_default() or not field.has_db_default())


def way_to_store(field: Field) -> Way | None:
    """How values of the field are written; None: as they are. SQLite has no type for moments, of
    which rows that are added together have many in common.
    """
    if isinstance(field, JSONField):
        return as_json
    if not settings.ON_SQLITE:
        return None
    if isinstance(field, DateTimeField):
        return cache(connection.ops.adapt_datetimefield_value)
    return cache(connection.ops.adapt_datefield_value) if isinstance(field, DateField) else None


def as_json(value: Any) -> str | None:
    return None if value is None else JSON.encode(value)
