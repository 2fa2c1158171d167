"""What caused a change of a score, as the ledger keeps it: worked out for all of a batch at once.

`of` says which signals were counted otherwise; `CHANGES_BY_FACTS` finds the rest where the
ledger's rows are written: who was merged or parted, whose events turned out to be a bot's, which
attributes were told.
"""

import json

import duckdb
import pyarrow as pa
from django.conf import settings

from scoring import engine, looked_up
from scoring.definition import Signal
from scoring.questions import Question
from scoring.tallies import Recount

SIGNALS_NAMED = 5

# Who was never scored before has a first score, which needs no cause.
COUNTED_OTHERWISE = f"""
    SELECT root_id AS contact_id, bool_or(change < 0) AS lost,
           to_json(list([name, day::VARCHAR] ORDER BY day DESC, name)[:{SIGNALS_NAMED}])::VARCHAR
               AS signals
    FROM (SELECT root_id, signal_id, day, sum(change) AS change
          FROM otherwise JOIN family USING (contact_id) WHERE family.scored > 0
          GROUP BY ALL HAVING sum(change) <> 0)
         JOIN signal_names USING (signal_id)
    GROUP BY root_id"""

ASKED = Question({"causes": COUNTED_OTHERWISE}, {})

if settings.ON_SQLITE:
    GIVEN = """
        SELECT json_extract(value, '$.contact_id') AS contact_id,
               json_extract(value, '$.signals') AS signals, json_extract(value, '$.lost') AS lost
        FROM json_each(%s)"""
    LISTED, NONE = "json_group_array(DISTINCT {})", "'[]'"
else:
    GIVEN = "SELECT * FROM jsonb_to_recordset(%s) AS r(contact_id bigint, signals jsonb, lost bool)"
    LISTED, NONE = "coalesce(jsonb_agg(DISTINCT {}), '[]'::jsonb)", "'[]'::jsonb"

NOT_ALIKE = """
    o.fit <> n.fit OR o.approachable <> n.approachable OR o.disqualified_by <> n.disqualified_by"""
# What was told since the score was last written.
TOLD = """
    SELECT {listed} FROM records_attributechange a
    WHERE a.recorded_at > o.scored_at AND a.{subject}_id IN (
        SELECT {column} FROM records_contact
        WHERE id = n.contact_id OR root_id = n.contact_id)"""
TOLD_OF_CONTACT = TOLD.format(subject="contact", column="id", listed=LISTED.format("a.field"))
TOLD_OF_COMPANY = TOLD.format(
    subject="company", column="company_id", listed=LISTED.format("a.field")
)
MERGED = """
    EXISTS (SELECT 1 FROM scoring_contactscore s JOIN records_contact m ON m.id = s.contact_id
            WHERE m.root_id = n.contact_id AND s.definition_id = n.definition_id)"""
# Whoever was scored as another person has no score of their own from then until now. One that is
# older than the undoing means that nobody was scored while the merge stood: nothing comes of it.
PARTED = """
    EXISTS (SELECT 1 FROM records_contact m JOIN records_freshness f ON f.contact_id = m.id
            JOIN records_merge g ON g.survivor_id = m.id OR g.loser_id = m.id
            WHERE (m.id = n.contact_id OR m.root_id = n.contact_id)
                  AND f.recount_revision > f.scored_revision
                  AND g.undone_at > coalesce(o.scored_at, l.at)
                  AND NOT EXISTS (
                      SELECT 1 FROM scoring_contactscore s
                      WHERE s.contact_id = g.loser_id AND s.definition_id = n.definition_id
                            AND s.scored_at <= g.undone_at))"""
BOT = """
    c.lost AND EXISTS (
        SELECT 1 FROM records_event e JOIN records_freshness f ON f.contact_id = e.contact_id
        JOIN records_contact m ON m.id = e.contact_id
        WHERE (m.id = n.contact_id OR m.root_id = n.contact_id)
              AND e.is_bot AND e.revision > f.scored_revision)"""

COLUMNS = """
    contact_id, definition_id, at, day, behaviour_from, behaviour_to, fit_from, fit_to,
    qualified_from, qualified_to, cause, signals, fields, company_fields"""
STANDING = looked_up.each(
    "scoring_contactscore", "o", "o.contact_id = n.contact_id AND o.definition_id = n.definition_id"
)
# Who has no score may have had one, until a merge or until the version was withdrawn.
LAST_STATED = looked_up.each(
    "scoring_scorechange",
    "l",
    """o.id IS NULL AND l.id = (
        SELECT c.id FROM scoring_scorechange c
        WHERE c.contact_id = n.contact_id AND c.definition_id = n.definition_id
        ORDER BY c.at DESC, c.id DESC LIMIT 1)""",
)
WITH_STANDING = f"FROM {{rows}} n LEFT JOIN {STANDING} LEFT JOIN {LAST_STATED}"
FIRST = "(o.id IS NULL AND l.id IS NULL)"
BEFORE = {name: f"coalesce(o.{name}, l.{name}_to)" for name in ("behaviour", "fit", "qualified")}
FROM_TO = "n.contact_id, n.definition_id, %s, n.day, " + ", ".join(
    f"{before}, n.{name}" for name, before in BEFORE.items()
)
DIFFERENT = f"WHERE {FIRST} OR " + " OR ".join(
    f"{before} <> n.{name}" for name, before in BEFORE.items()
)

# `rows` are the scores to come. Takes the moment, the cause, and what `rows` takes.
CHANGES = f"""
    SELECT {FROM_TO}, %s, {NONE}, {NONE}, {NONE} {WITH_STANDING} {DIFFERENT}"""
# Takes the moment, what `rows` takes, and what `as_text` gives.
CHANGES_BY_FACTS = f"""
    SELECT {FROM_TO},
           CASE WHEN {FIRST} THEN 'facts' WHEN {MERGED} THEN 'merged' WHEN {PARTED} THEN 'parted'
                WHEN o.id IS NULL THEN 'definition' WHEN {BOT} THEN 'bot'
                WHEN c.signals IS NOT NULL THEN 'events' WHEN {NOT_ALIKE} THEN 'attributes'
                ELSE 'time' END,
           coalesce(c.signals, {NONE}),
           CASE WHEN {NOT_ALIKE} THEN ({TOLD_OF_CONTACT}) ELSE {NONE} END,
           CASE WHEN {NOT_ALIKE} THEN ({TOLD_OF_COMPANY}) ELSE {NONE} END
    {WITH_STANDING} LEFT JOIN ({GIVEN}) c ON c.contact_id = n.contact_id
    {DIFFERENT}"""


def of(
    recount: Recount,
    family: pa.Table,
    signals: list[Signal],
    *,
    connection: duckdb.DuckDBPyConnection,
) -> pa.Table:
    """Contact_id (root), lost, signals: of whom was counted otherwise than before, which signals
    on which days (JSON, the latest first), and whether any counts less. `family` as
    `source.freshness`.
    """
    names = {"signal_id": [one.id for one in signals], "name": [one.name for one in signals]}
    schema = pa.schema([("signal_id", pa.int64()), ("name", pa.string())])
    tables = {
        "otherwise": recount.otherwise,
        "family": family,
        "signal_names": pa.table(names, schema=schema),
    }
    return engine.ask(connection, ASKED, tables)


def as_text(causes: pa.Table) -> str:
    """The causes as a statement takes them."""
    rows = causes.to_pylist()
    return json.dumps([row | {"signals": json.loads(row["signals"])} for row in rows])
