"""Which scores no longer take in all facts: raises `Freshness.revision`, in id order."""

from collections.abc import Iterable

from django.db import connection, transaction

from leadhub.records.models import Contact, Freshness

RAISE = """
    INSERT INTO {table} (
        contact_id, revision, scored_revision, recount_revision, failed_revision, failure
    ) VALUES {rows}
    ON CONFLICT (contact_id) DO UPDATE SET revision = {table}.revision + 1{recount}
    RETURNING contact_id, revision
"""
CHUNK = 5000


@transaction.atomic
def touch(contact_ids: Iterable[int], *, recount: bool = False) -> dict[int, int]:
    """Raises the revision of the contacts and of those they were merged into.

    Returns contact → revision. With `recount`, every day of theirs is tallied again, because
    events left them. Rows are locked in id order, so that two writers never wait for each other.
    """
    ids = set(contact_ids)
    merged = Contact.objects.filter(pk__in=ids, root__isnull=False)
    ids |= set(merged.values_list("root_id", flat=True))
    revisions: dict[int, int] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        revisions |= raise_revisions(ordered[start : start + CHUNK], recount=recount)
    return revisions


def raise_revisions(ordered: list[int], *, recount: bool) -> dict[int, int]:
    table = Freshness._meta.db_table
    first = "(%s, 1, 0, 1, 0, '')" if recount else "(%s, 1, 0, 0, 0, '')"
    again = f", recount_revision = {table}.revision + 1" if recount else ""
    statement = RAISE.format(table=table, rows=", ".join([first] * len(ordered)), recount=again)
    with connection.cursor() as cursor:
        cursor.execute(statement, ordered)
        return dict(cursor.fetchall())
