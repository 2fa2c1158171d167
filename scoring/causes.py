"""What caused a change of a score, as the ledger keeps it: worked out for all of a batch at once.

`of` says which signals were counted otherwise; `CHANGES_BY_FACTS` finds the rest where the
ledger's rows are written: who was merged or parted, whose events turned out to be a bot's, which
attributes were told.
"""

import json
from datetime import date
from itertools import groupby
from operator import itemgetter

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from scoring import looked_up
from scoring.definition import Signal
from scoring.tallies import Recount

SIGNALS_NAMED = 5
SCHEMA = pa.schema(
    [
        ("contact_id", pa.int64()),
        ("lost", pa.bool_()),
        ("signals", pa.list_(pa.list_(pa.string()))),
    ]
)

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
MERGED = looked_up.any_of("""
    SELECT 1 FROM scoring_contactscore s JOIN records_contact m ON m.id = s.contact_id
    WHERE m.root_id = n.contact_id AND s.definition_id = n.definition_id""")
# Whoever was scored as another person has no score of their own from then until now. One that is
# older than the undoing means that nobody was scored while the merge stood: nothing comes of it.
PARTED = looked_up.any_of("""
    SELECT 1 FROM records_contact m JOIN records_freshness f ON f.contact_id = m.id
         JOIN records_merge g ON g.survivor_id = m.id OR g.loser_id = m.id
    WHERE (m.id = n.contact_id OR m.root_id = n.contact_id)
          AND f.recount_revision > f.scored_revision
          AND g.undone_at > coalesce(o.scored_at, l.at)
          AND NOT EXISTS (
              SELECT 1 FROM scoring_contactscore s
              WHERE s.contact_id = g.loser_id AND s.definition_id = n.definition_id
                    AND s.scored_at <= g.undone_at)""")
A_BOTS = looked_up.any_of("""
    SELECT 1 FROM records_event e JOIN records_freshness f ON f.contact_id = e.contact_id
         JOIN records_contact m ON m.id = e.contact_id
    WHERE (m.id = n.contact_id OR m.root_id = n.contact_id)
          AND e.is_bot AND e.revision > f.scored_revision""")

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
                WHEN o.id IS NULL THEN 'definition' WHEN c.lost AND {A_BOTS} THEN 'bot'
                WHEN c.signals IS NOT NULL THEN 'events' WHEN {NOT_ALIKE} THEN 'attributes'
                ELSE 'time' END,
           coalesce(c.signals, {NONE}),
           CASE WHEN {NOT_ALIKE} THEN ({TOLD_OF_CONTACT}) ELSE {NONE} END,
           CASE WHEN {NOT_ALIKE} THEN ({TOLD_OF_COMPANY}) ELSE {NONE} END
    {WITH_STANDING} LEFT JOIN ({GIVEN}) c ON c.contact_id = n.contact_id
    {DIFFERENT}"""


def of(recount: Recount, family: pa.Table, signals: list[Signal]) -> pa.Table:
    """Contact_id (root), lost, signals: of whom was counted otherwise than before, which signals
    on which days (the latest first), and whether any counts less. `family` as `source.freshness`.
    """
    names = {signal.id: signal.name for signal in signals}
    causes = []
    for root, changes in groupby(_changes(recount.otherwise, family), itemgetter("root_id")):
        changes = list(changes)
        named = sorted((-one["day"].toordinal(), names[one["signal_id"]]) for one in changes)
        causes.append(
            {
                "contact_id": root,
                "lost": any(one["change_sum"] < 0 for one in changes),
                "signals": [
                    [name, date.fromordinal(-day).isoformat()]
                    for day, name in named[:SIGNALS_NAMED]
                ],
            }
        )
    return pa.Table.from_pylist(causes, SCHEMA)


def _changes(otherwise: pa.Table, family: pa.Table) -> list[dict]:
    """By how much each signal of each day counts otherwise for a whole family, those of a family
    together. Who was never scored before has a first score, which needs no cause.
    """
    known = family.filter(pc.greater(family["scored"], 0))
    place = pc.index_in(otherwise["contact_id"], value_set=known["contact_id"])
    of_root = otherwise.append_column("root_id", known["root_id"].take(place))
    of_root = of_root.filter(pc.is_valid(place))
    summed = of_root.group_by(["root_id", "signal_id", "day"]).aggregate([("change", "sum")])
    changed = summed.filter(pc.not_equal(summed["change_sum"], 0))
    return changed.sort_by("root_id").to_pylist()


def as_text(causes: pa.Table) -> str:
    """The causes as a statement takes them."""
    return json.dumps(causes.to_pylist())
