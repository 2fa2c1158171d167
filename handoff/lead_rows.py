"""Writing many new leads at once; only the lifecycle does."""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from handoff.models import Lead

# Fewer are written as ever: it is not worth a command of its own.
MANY = 50


def insert(leads: Sequence[Lead]) -> None:
    """As bulk_create does, ids included. PostgreSQL copies them: as one text, the receipts would
    be quoted letter by letter, which takes longer than all the rest.
    """
    if settings.ON_SQLITE or len(leads) < MANY:
        Lead.objects.bulk_create(leads)
        return
    fields = Lead._meta.local_concrete_fields
    table = connection.ops.quote_name(Lead._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Lead._meta.db_table, len(leads)],
        )
        for lead, (pk,) in zip(leads, cursor.fetchall(), strict=True):
            lead.pk, lead._state.adding, lead._state.db = pk, False, connection.alias
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for lead in leads:
                copy.write_row(
                    [
                        field.get_db_prep_save(field.pre_save(lead, add=True), connection)
                        for field in fields
                    ]
                )
