"""The only writer of tallies, scores, score changes and `Freshness.scored_revision`.

What was evaluated without a lock is written in short transactions: the families' Freshness rows
are locked in id order, families that somebody else has scored meanwhile are left out, and what is
left is written together. What is there already is not written again, so that doing it twice is
harmless.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from scoring import arrow, bulk, causes, repeatable, source
from scoring.evaluate import SCORE
from scoring.models import ContactScore, Definition
from scoring.versions import IN_USE

# Keeps locks under about 100 ms on PostgreSQL; on SQLite intake waits for each transaction. What
# new facts changed, and why, takes five times as long to write as first scores do.
FAMILIES_AT_ONCE = 1_000 if settings.ON_SQLITE else 5_000
FAMILIES_WITH_NEW_FACTS_AT_ONCE = 1_000

LOCKED = pa.schema([("contact_id", pa.int64()), ("scored", pa.int64())])
COMPARED = [name for name in SCORE.names if name != "contact_id"]

INTO_LEDGER = f"INSERT INTO scoring_scorechange ({causes.COLUMNS})"

DIFFERS = " OR ".join(
    [
        *(f"o.{name} <> excluded.{name}" for name in COMPARED if name != "changes_on"),
        # Spelled out, since SQLite knows IS DISTINCT FROM only from 3.39 on.
        "o.changes_on <> excluded.changes_on",
        "(o.changes_on IS NULL) <> (excluded.changes_on IS NULL)",
    ]
)
WRITTEN = ("contact_id", "definition_id", *COMPARED, "day", "scored_at")
WRITE_SCORES = f"""
    INSERT INTO scoring_contactscore AS o ({", ".join(WRITTEN)})
    SELECT {", ".join(WRITTEN)} FROM {{rows}} n WHERE true
    ON CONFLICT (contact_id, definition_id) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in WRITTEN[2:])}
    WHERE {DIFFERS}"""

# The plus keeps the database from going through everybody's scores under the version.
ANY_BEFORE = """
    SELECT 1 FROM scoring_contactscore
    WHERE contact_id BETWEEN %s AND %s AND +definition_id = %s
    UNION ALL SELECT 1 FROM scoring_definition WHERE id = %s AND withdrawn_at IS NOT NULL LIMIT 1"""
# What a row of the ledger says of a first score, by what the score says.
FIRST_CHANGE = {
    "contact_id": "contact_id",
    "definition_id": "definition_id",
    "scored_at": "at",
    "day": "day",
    "behaviour": "behaviour_to",
    "fit": "fit_to",
    "qualified": "qualified_to",
}

WRITE_TALLIES = """
    INSERT INTO scoring_tally (contact_id, signal_id, day, count, last_at)
    SELECT contact_id, signal_id, day, count, last_at FROM {rows} n WHERE true
    ON CONFLICT (contact_id, signal_id, day) DO UPDATE
    SET count = excluded.count, last_at = excluded.last_at"""

DELETE_TALLIES = """
    DELETE FROM scoring_tally WHERE (contact_id, signal_id, day) IN (
        SELECT contact_id, signal_id, day FROM {rows} n)"""

MARK_SCORED = """
    UPDATE records_freshness SET scored_revision = s.revision, failure = ''
    FROM {rows} s
    WHERE s.contact_id = records_freshness.contact_id
          AND records_freshness.scored_revision < s.revision"""


@dataclass(frozen=True)
class Evaluation:
    """What was reckoned for some families, from the facts at these revisions.

    `freshness` as `source.freshness` gives it; `scores` by definition id, as `evaluate` gives
    them; `gone` and `changed` as in `tallies.Recount`; `causes` as `causes.of` gives them, where
    new facts were reckoned. `first_scores` if nobody had a score under the version when it was
    read, `first_tallies` if none was stored of the signals that were counted.
    """

    freshness: pa.Table
    scores: dict[int, pa.Table]
    gone: pa.Table
    changed: pa.Table
    causes: pa.Table | None = None
    first_scores: bool = False
    first_tallies: bool = False


@dataclass(frozen=True)
class Written:
    """How many families were written, left out because of newer scores, and scores changed."""

    families: int
    left_out: int
    changed: int


def write(evaluation: Evaluation, *, cause: str, at: datetime) -> Written:
    """Writes the evaluation; `cause` is one of ScoreChange.cause."""
    written = left_out = changed = 0
    for part in _parts(evaluation):
        with repeatable.atomic():
            current = _still_current(part)
            left_out += _families(part.freshness) - _families(current.freshness)
            written += _families(current.freshness)
            changed += _write(current, cause=cause, at=at)
    return Written(written, left_out, changed)


def _parts(evaluation: Evaluation) -> Iterator[Evaluation]:
    roots = pc.unique(evaluation.freshness["root_id"]).sort()
    at_once = FAMILIES_AT_ONCE if evaluation.causes is None else FAMILIES_WITH_NEW_FACTS_AT_ONCE
    for start in range(0, len(roots), at_once):
        part = roots.slice(start, at_once)
        everyone = len(part) == len(roots)
        yield evaluation if everyone else _of(evaluation, part)


def _of(evaluation: Evaluation, roots: pa.Array) -> Evaluation:
    """The part of the evaluation that is about these families."""
    freshness = _among(evaluation.freshness, "root_id", roots)
    members = freshness["contact_id"]
    return Evaluation(
        freshness,
        {key: _among(table, "contact_id", roots) for key, table in evaluation.scores.items()},
        _among(evaluation.gone, "contact_id", members),
        _among(evaluation.changed, "contact_id", members),
        evaluation.causes and _among(evaluation.causes, "contact_id", roots),
        evaluation.first_scores,
        evaluation.first_tallies,
    )


def _among(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.filter(pc.is_in(table[column], value_set=values))


def _families(freshness: pa.Table) -> int:
    return pc.count_distinct(freshness["root_id"]).as_py()


def _still_current(part: Evaluation) -> Evaluation:
    """Locks the families, and leaves out those that somebody has scored since they were read, and
    those with new facts where a version has come since.
    """
    read = part.freshness
    locked = _lock(read["contact_id"].to_pylist())
    now = locked["scored"].take(pc.index_in(read["contact_id"], value_set=locked["contact_id"]))
    # Whoever is gone has null there.
    as_read = pc.fill_null(pc.equal(now, read["scored"]), False)
    overtaken = read.filter(pc.invert(as_read))["root_id"]
    if not _under_every_version(part):
        stale = source.stale(read)["root_id"]
        overtaken = pa.chunked_array([*overtaken.chunks, *stale.chunks], stale.type)
    if not len(overtaken):
        return part
    among_them = pc.is_in(read["root_id"], value_set=overtaken)
    return _of(part, pc.unique(read["root_id"].filter(pc.invert(among_them))))


def _under_every_version(part: Evaluation) -> bool:
    """Whether no version has come since the facts were evaluated: marked as scored, whoever has new
    facts would keep the score of the old ones under it. A version that comes after this look finds
    them locked.
    """
    in_use = Definition.objects.filter(status__in=IN_USE).values_list("pk", flat=True)
    return set(in_use) <= set(part.scores)


def _lock(contact_ids: list[int]) -> pa.Table:
    """Contacts and scored revisions. SQLite's transaction is a lock on everything by itself."""
    ids = source.Ids(tuple(contact_ids))
    within, values = ids.within("contact_id")
    sql = f"""
        SELECT contact_id, scored_revision FROM records_freshness
        WHERE {within} ORDER BY contact_id{"" if settings.ON_SQLITE else " FOR UPDATE"}"""
    return arrow.read(sql, values, LOCKED, few=ids.few)


def _write(part: Evaluation, *, cause: str, at: datetime) -> int:
    _write_tallies(part)
    changed = _write_scores(part, cause=cause, at=at)
    _forget_merged(part.freshness)
    _mark_scored(part.freshness)
    return changed


def _forget_merged(freshness: pa.Table) -> None:
    """Whoever was merged into another has no score any more."""
    merged = freshness.filter(pc.not_equal(freshness["contact_id"], freshness["root_id"]))
    if merged.num_rows:
        ContactScore.objects.filter(contact__in=merged["contact_id"].to_pylist()).delete()


def _mark_scored(freshness: pa.Table) -> None:
    stale = source.stale(freshness)
    if stale.num_rows:
        with connection.cursor() as cursor:
            marked = stale.select(["contact_id", "revision"])
            rows, values = bulk.handed(cursor, "incoming_freshness", "records_freshness", marked)
            cursor.execute(MARK_SCORED.format(rows=rows), values)


def _write_tallies(part: Evaluation) -> None:
    with connection.cursor() as cursor:
        if part.gone.num_rows:
            rows, values = bulk.handed(cursor, "outgoing_tallies", "scoring_tally", part.gone)
            cursor.execute(DELETE_TALLIES.format(rows=rows), values)
        if part.changed.num_rows:
            changed = _with_moments(part.changed)
            if part.first_tallies and changed.num_rows > bulk.FEW and _added(cursor, changed):
                return
            rows, values = bulk.handed(cursor, "incoming_tallies", "scoring_tally", changed)
            cursor.execute(WRITE_TALLIES.format(rows=rows), values)


def _added(cursor, tallies: pa.Table) -> bool:
    """Adds them as they come, without looking for a conflict at each. Not if there is one: who
    tallies the past of a signal does not mark the families as scored, and may have been here.
    """
    try:
        with transaction.atomic():
            bulk.add(cursor, "scoring_tally", tallies)
    except IntegrityError:
        return False
    return True


def _with_moments(tallies: pa.Table) -> pa.Table:
    last_at = tallies["last_at"].cast(pa.timestamp("us"))
    return tallies.set_column(tallies.column_names.index("last_at"), "last_at", last_at)


def _write_scores(part: Evaluation, *, cause: str, at: datetime) -> int:
    if not any(table.num_rows for table in part.scores.values()):
        return 0
    table = _under_all_versions(part.scores)
    # Written out once: Arrow takes longer to do so for a row than the database to store it.
    table = _with(table, "scored_at", pa.scalar(str(connection.ops.adapt_datetimefield_value(at))))
    with connection.cursor() as cursor:
        if part.first_scores and _nobody_had_one(cursor, table):
            return _write_first_scores(cursor, table, cause=cause)
        rows, values = bulk.handed(cursor, "incoming_scores", "scoring_contactscore", table)
        _state_changes(cursor, rows, values, part.causes, cause=cause, at=at)
        cursor.execute(WRITE_SCORES.format(rows=rows), values)
        return cursor.rowcount


def _under_all_versions(scores: dict[int, pa.Table]) -> pa.Table:
    """One table of what is stored of them, each with its version."""
    return pa.concat_tables(
        _with(table.select(["contact_id", *COMPARED, "day"]), "definition_id", pa.scalar(key))
        for key, table in scores.items()
    )


def _with(table: pa.Table, name: str, value: pa.Scalar) -> pa.Table:
    """The table with a column that has the value in each row."""
    return table.append_column(name, pa.repeat(value, table.num_rows))


def _nobody_had_one(cursor, table: pa.Table) -> bool:
    """Whether nobody from the first of them to the last got a score under the version since it was
    read, nor had one before it was withdrawn. They are locked: nobody gets one from now on.
    """
    among = pc.min_max(table["contact_id"]).as_py()
    (version,) = pc.unique(table["definition_id"]).to_pylist()
    cursor.execute(ANY_BEFORE, [among["min"], among["max"], version, version])
    return cursor.fetchone() is None


def _write_first_scores(cursor, table: pa.Table, *, cause: str) -> int:
    """Nothing needs to be compared: scores and ledger are added as they come."""
    bulk.add(cursor, "scoring_contactscore", table)
    changes = table.select(list(FIRST_CHANGE)).rename_columns(list(FIRST_CHANGE.values()))
    changes = _with(changes, "cause", pa.scalar(cause))
    bulk.add(cursor, "scoring_scorechange", changes)
    return table.num_rows


def _state_changes(
    cursor, rows: str, values: list, given: pa.Table | None, *, cause: str, at: datetime
) -> None:
    """What changes between the scores that stand and those that come, and why."""
    moment = connection.ops.adapt_datetimefield_value(at)
    if given is None:
        changes, asked = causes.CHANGES, [moment, cause, *values]
    else:
        changes, asked = causes.CHANGES_BY_FACTS, [moment, *values, causes.as_text(given)]
    cursor.execute(INTO_LEDGER + changes.format(rows=rows), asked)
