"""Adding rows straight to their table: several times faster than by the ORM, one or thousands.

Whose rows they are decides who may (see each model's writer).
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateField, DateTimeField, Field, JSONField, Model

# Fewer are not worth PostgreSQL's COPY.
MANY = 50
# How a value is written.
Way = Callable[[Any], Any]


def add_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Adds a row for each: its values in the order of `names`, such as source_id; all else is as
    by default. Raises IntegrityError and whatever else Django raises for a statement.
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
    stored = [[*row, *by_default] for row in rows]
    for values in stored:
        for place, way in ways:
            values[place] = way(values[place])
    write(model._meta.db_table, [field.column for field in every], stored)


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


def add_objects(model: type[Model], objects: Sequence[Model]) -> None:
    """The same for the model's objects, which get the ids; their values are plain."""
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    names = [field.attname for field in fields]
    ids = add_rows_with_ids(model, names, map(attrgetter(*names), objects))
    for one, pk in zip(objects, ids, strict=True):
        one.pk, one._state.adding, one._state.db = pk, False, connection.alias


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
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, model._meta.pk.column, number],
        )
        return [pk for (pk,) in cursor.fetchall()]


def write(table: str, columns: Sequence[str], rows: Sequence[Sequence]) -> None:
    quoted = connection.ops.quote_name
    into = f"{quoted(table)} ({', '.join(map(quoted, columns))})"
    with connection.cursor() as cursor:
        if settings.ON_SQLITE or len(rows) < MANY:
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
    return None if value is None else json.dumps(value)
