"""Which scores no longer take in all facts: raises `Freshness.revision`, in id order."""

from collections.abc import Iterable

from django.db import connection, transaction

from leadhub.records.models import Contact, Freshness

RAISE = """
    INSERT INTO {table} (
        contact_id, revision, scored_revision, recount_revision, failed_revision, failure
    ) VALUES {rows}
    ON CONFLICT (contact_id) DO UPDATE SET
        revision = {table}.revision + 1,
        recount_revision = CASE WHEN excluded.recount_revision = 1 THEN {table}.revision + 1
                                ELSE {table}.recount_revision END
    RETURNING contact_id, revision
"""
CHUNK = 5000


@transaction.atomic
def touch(contact_ids: Iterable[int], *, recount: Iterable[int] = ()) -> dict[int, int]:
    """Raises the revision of the contacts and of those they were merged into.

    Returns contact → revision. Those in `recount` have every day of theirs tallied again, because
    events left them, or because they were merged or parted. Rows are locked in id order, so that
    two writers never wait for each other.
    """
    recounted = set(recount)
    ids = set(contact_ids) | recounted
    merged = Contact.objects.filter(pk__in=ids, root__isnull=False)
    ordered = sorted(ids | set(merged.values_list("root_id", flat=True)))
    revisions: dict[int, int] = {}
    for start in range(0, len(ordered), CHUNK):
        revisions |= raise_revisions(ordered[start : start + CHUNK], recounted)
    return revisions


def raise_revisions(ordered: list[int], recounted: set[int]) -> dict[int, int]:
    statement = RAISE.format(
        table=Freshness._meta.db_table,
        rows=", ".join(["(%s, 1, 0, %s, 0, '')"] * len(ordered)),
    )
    values = [value for contact in ordered for value in (contact, int(contact in recounted))]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return dict(cursor.fetchall())
