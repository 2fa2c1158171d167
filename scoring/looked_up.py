"""Rows that are looked up one by one: PostgreSQL takes a few for many, and reads through a whole
table for them, unless it has to.
"""

from django.conf import settings


def each(table: str, alias: str, which: str) -> str:
    """What to JOIN for the rows of the table that are `which`, of each row that stands before."""
    if settings.ON_SQLITE:
        return f"{table} {alias} ON {which}"
    return f"LATERAL (SELECT * FROM {table} {alias} WHERE {which} OFFSET 0) {alias} ON true"


def any_of(query: str) -> str:
    """Whether the query finds a row, asked for each row that stands before."""
    return f"EXISTS ({query})" if settings.ON_SQLITE else f"EXISTS ({query} OFFSET 0)"


OF_THE_CONTACT = each("records_event", "e", "e.contact_id = whole.contact_id")
OF_THE_DAY = each("records_event", "e", "e.contact_id = asked.contact_id AND e.day = asked.day")
# Of families with a member never scored before, and of those to be recounted, every day is touched:
# their events are read as they stand. Of the others the days are looked up on which something is
# new. `m` are the members of the families, each of which is named by its root.
EVENTS_OF_DAYS_TOUCHED = f"""
    (
        WITH m AS (
            SELECT f.contact_id, coalesce(c.root_id, c.id) AS root_id, f.scored_revision,
                   f.scored_revision = 0 OR f.recount_revision > f.scored_revision AS is_whole
            FROM records_contact c JOIN records_freshness f ON f.contact_id = c.id
            WHERE {{within}}
        ), whole AS (
            SELECT contact_id FROM m
            WHERE root_id IN (SELECT root_id FROM m WHERE is_whole)
        ), touched AS (
            SELECT DISTINCT m.root_id, n.day FROM m
                 JOIN records_event n
                     ON n.contact_id = m.contact_id AND n.revision > m.scored_revision
            WHERE m.contact_id NOT IN (SELECT contact_id FROM whole)
        ), asked AS (
            SELECT m.contact_id, touched.day FROM touched JOIN m ON m.root_id = touched.root_id
        )
        SELECT e.* FROM whole JOIN {OF_THE_CONTACT}
        UNION ALL
        SELECT e.* FROM asked JOIN {OF_THE_DAY}
    ) e"""
