"""Writing many new rows at once; whose rows they are decides who may (see each model's writer)."""

from collections.abc import Sequence
from operator import attrgetter

from django.conf import settings
from django.db import connection
from django.db.models import JSONField, Model
from psycopg.types.json import Jsonb

# Fewer are written as ever: it is not worth a command of its own.
MANY = 50


def insert(rows: Sequence[Model]) -> None:
    """As bulk_create does for rows of one model with plain values, ids included.

    PostgreSQL copies them: within one statement, receipts would be quoted letter by letter, which
    takes longer than all the rest.
    """
    if not rows:
        return
    model = type(rows[0])
    if settings.ON_SQLITE or len(rows) < MANY:
        model._default_manager.bulk_create(rows)
        return
    fields = model._meta.local_concrete_fields
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values_of = attrgetter(*(field.attname for field in fields))
    json = [isinstance(field, JSONField) for field in fields]
    with connection.cursor() as cursor:
        give_ids(rows, cursor)
        table = connection.ops.quote_name(model._meta.db_table)
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(list(map(stored, values_of(row), json)))


def give_ids(rows: Sequence[Model], cursor) -> None:
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        [rows[0]._meta.db_table, len(rows)],
    )
    for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
        row.pk, row._state.adding, row._state.db = pk, False, connection.alias


def stored(value, is_json: bool):
    return Jsonb(value) if is_json and value is not None else value
