"""Writing many new rows at once; whose rows they are decides who may (see each model's writer)."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from django.conf import settings
from django.db import connection
from django.db.models import Field, JSONField, Model
from psycopg.types.json import Jsonb

# Fewer are written as ever: it is not worth a command of its own.
MANY = 50


def insert(rows: Sequence[Model]) -> None:
    """As bulk_create does for rows of one model with plain values, ids included."""
    if not rows:
        return
    model = type(rows[0])
    if is_by_statement(rows):
        model._default_manager.bulk_create(rows)
        return
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    values_of = attrgetter(*(field.attname for field in fields))
    for row, pk in zip(rows, copied(model, fields, map(values_of, rows), len(rows)), strict=True):
        row.pk, row._state.adding, row._state.db = pk, False, connection.alias


def insert_values(model: type[Model], names: Sequence[str], rows: Sequence[tuple]) -> list[int]:
    """The same for rows that nobody needs as objects, which take longer to make than to write:
    their values under the columns' `names`, such as lead_id; all else is as by default. Their ids.
    """
    if is_by_statement(rows):
        made = [model(**dict(zip(names, row, strict=True))) for row in rows]
        return [row.pk for row in model._default_manager.bulk_create(made)]
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    others = [name for name, field in fields.items() if name not in names and not field.primary_key]
    by_default = tuple(fields[name].get_default() for name in others)
    every = [fields[name] for name in (*names, *others)]
    return copied(model, every, [row + by_default for row in rows], len(rows))


def is_by_statement(rows: Sequence) -> bool:
    return settings.ON_SQLITE or len(rows) < MANY


def copied(
    model: type[Model], fields: Sequence[Field], rows: Iterable[tuple], number: int
) -> list[int]:
    """PostgreSQL copies them: within one statement, receipts would be quoted letter by letter,
    which takes longer than all the rest.
    """
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in (model._meta.pk, *fields))
    json = [place for place, field in enumerate(fields, 1) if isinstance(field, JSONField)]
    with connection.cursor() as cursor:
        ids = new_ids(model, number, cursor)
        with cursor.copy(f"COPY {quoted(model._meta.db_table)} ({columns}) FROM STDIN") as copy:
            for pk, row in zip(ids, rows, strict=True):
                values = [pk, *row]
                for place in json:
                    if values[place] is not None:
                        values[place] = Jsonb(values[place])
                copy.write_row(values)
    return ids


def new_ids(model: type[Model], number: int, cursor) -> list[int]:
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        [model._meta.db_table, number],
    )
    return [pk for (pk,) in cursor.fetchall()]
