"""What the engine reads: people, tallies, events, freshness and scores, as Arrow tables.

A merged contact's facts are read under its root: `people` has roots only, and `tallies` gives
those of the whole family under the root's id.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from leadhub.among import is_among
from leadhub.conditions.fields import ATTRIBUTES, Kind, split
from leadhub.conditions.nodes import Node, comparisons
from leadhub.records.free_mail import is_free_mail
from scoring import arrow, looked_up
from scoring.definition import Definition
from scoring.evaluate import SCORE

ID = ("contact_id", pa.int64())
ROOT = ("root_id", pa.int64())
SIGNAL_DAY = (("signal_id", pa.int64()), ("day", pa.date32()), ("count", pa.int64()))
TALLIES = pa.schema([ID, *SIGNAL_DAY])
TALLIES_AS_STORED = pa.schema([ID, *SIGNAL_DAY, ("last_at", pa.int64())])
FRESHNESS = pa.schema(
    [ID, ROOT, *((name, pa.int64()) for name in ("revision", "scored", "recount"))]
)
EVENTS = pa.schema(
    [
        ID,
        ("day", pa.date32()),
        ("kind", pa.string()),
        ("name", pa.string()),
        ("properties", pa.string()),
        ("occurred_at", pa.int64()),
        ("is_bot", pa.bool_()),
    ]
)


# Of so many contacts the rows are fetched one by one (see `arrow.read`).
FEW = 20


@dataclass(frozen=True)
class Ids:
    """These contacts."""

    ids: tuple[int, ...]

    @property
    def few(self) -> bool:
        return len(self.ids) <= FEW

    def within(self, column: str) -> tuple[str, list]:
        return is_among(column, self.ids)


@dataclass(frozen=True)
class Range:
    """The contacts from one id to another, both included."""

    first: int
    last: int
    few = False

    def within(self, column: str) -> tuple[str, list]:
        return f"{column} BETWEEN %s AND %s", [self.first, self.last]


Contacts = Ids | Range


def roots_of(contact_ids: Iterable[int]) -> list[int]:
    """The contacts, or those into which they were merged; each once, in order."""
    ids = Ids(tuple(contact_ids))
    within, values = ids.within("id")
    sql = f"SELECT DISTINCT coalesce(root_id, id) FROM records_contact WHERE {within} ORDER BY 1"
    return arrow.read(sql, values, pa.schema([ID]), few=ids.few)["contact_id"].to_pylist()


def freshness(roots: Contacts) -> pa.Table:
    """Of each contact of these families: root, revision, scored and recount revision."""
    own, values = roots.within("f.contact_id")
    merged, more = roots.within("m.root_id")
    revisions = "f.revision, f.scored_revision, f.recount_revision"
    # Who is merged is looked for among the merged: that reads no contact for each of the others.
    sql = f"""
        SELECT f.contact_id, f.contact_id, {revisions}
        FROM records_freshness f
             LEFT JOIN records_contact m ON m.id = f.contact_id AND m.root_id IS NOT NULL
        WHERE m.id IS NULL AND {own}
        UNION ALL
        SELECT f.contact_id, m.root_id, {revisions}
        FROM records_contact m JOIN records_freshness f ON f.contact_id = m.id
        WHERE {merged}"""
    return arrow.read(sql, [*values, *more], FRESHNESS, few=roots.few)


def stale(freshness: pa.Table) -> pa.Table:
    """Those of whom not all facts are scored."""
    return freshness.filter(pc.not_equal(freshness["revision"], freshness["scored"]))


def to_be_recounted(freshness: pa.Table) -> pa.Table:
    """The families every day of whom is tallied again, because events left one of them, or because
    it turned out who is of the family: contact_id.
    """
    left = freshness.filter(pc.greater(freshness["recount"], freshness["scored"]))["root_id"]
    return freshness.filter(pc.is_in(freshness["root_id"], value_set=left)).select(["contact_id"])


def tallies(roots: Contacts) -> pa.Table:
    """Tallies by root; several rows a signal and day where the family has several."""
    return _tallies(roots, "true", [])


def tallies_that_count(roots: Contacts, definition: Definition, day: date) -> pa.Table:
    """The same, without those that say nothing under the definition on the day: what is over stays
    in the database, which is most of what long histories hold.
    """
    since = connection.ops.adapt_datefield_value
    values = [
        value
        for signal_id, days in definition.lasting().items()
        for value in (signal_id, since(_days_before(day, days - 1)))
    ]
    whens = "WHEN %s THEN %s " * len(definition.lasting())
    return _tallies(roots, f"t.day >= CASE t.signal_id {whens} END" if values else "false", values)


def _days_before(day: date, days: int) -> date:
    return day - timedelta(days) if days < day.toordinal() else date.min


def _tallies(roots: Contacts, which: str, asked: list) -> pa.Table:
    own, values = roots.within("t.contact_id")
    merged, more = roots.within("c.root_id")
    columns = f"t.signal_id, {arrow.day('t.day')}, t.count"
    sql = f"""
        SELECT t.contact_id, {columns} FROM scoring_tally t WHERE {own} AND {which}
        UNION ALL
        SELECT c.root_id, {columns}
        FROM records_contact c JOIN scoring_tally t ON t.contact_id = c.id
        WHERE {merged} AND {which}"""
    return arrow.read(sql, [*values, *asked, *more, *asked], TALLIES, few=roots.few)


def tallies_as_stored(contacts: Contacts) -> pa.Table:
    """Tallies by contact, whether merged or not, with `last_at` in microseconds since 1970."""
    within, values = contacts.within("contact_id")
    sql = f"""
        SELECT contact_id, signal_id, {arrow.day("day")}, count, {arrow.moment("last_at")}
        FROM scoring_tally WHERE {within}"""
    return arrow.read(sql, values, TALLIES_AS_STORED, few=contacts.few)


def events_of_days_touched(contacts: Contacts) -> pa.Table:
    """All events of those days of the families on which something of any of them is new; of all
    days of those who are `to_be_recounted`, or one of whom was never scored. A day on which
    something is new has a row here.
    """
    within, values = contacts.within("id")
    return _events(looked_up.EVENTS_OF_DAYS_TOUCHED.format(within=within), values, contacts)


def events(contacts: Contacts) -> pa.Table:
    within, values = contacts.within("e.contact_id")
    return _events(f"records_event e WHERE {within}", values, contacts)


def events_on(contacts: Contacts, days: Sequence[date]) -> pa.Table:
    """The events of these days."""
    within, values = contacts.within("e.contact_id")
    marks = ", ".join(["%s"] * len(days))
    of_days = f"records_event e WHERE {within} AND e.day IN ({marks})"
    return _events(of_days, [*values, *map(str, days)], contacts)


def events_of_bots(contacts: Contacts, until: date) -> pa.Table:
    """The events until that day that don't count, since a bot sent them."""
    within, values = contacts.within("e.contact_id")
    of_bots = f"records_event e WHERE {within} AND e.day <= %s AND e.is_bot"
    return _events(of_bots, [*values, str(until)], contacts)


def _events(found: str, values: Sequence, contacts: Contacts) -> pa.Table:
    sql = f"""
        SELECT e.contact_id, {arrow.day("e.day")}, e.kind, e.name, {arrow.json("e.properties")},
               {arrow.moment("e.occurred_at")}, {arrow.truth("e.is_bot")}
        FROM {found}"""
    return arrow.read(sql, values, EVENTS, few=contacts.few)


def scores(roots: Contacts, definition_id: int) -> pa.Table:
    # The plus, here and below, keeps SQLite from going through all scores under the version.
    within, values = roots.within("contact_id")
    sql = f"""
        SELECT contact_id, behaviour, fit, total, fit_possible, grade, band, high_intent,
               disqualified_by, {arrow.truth("approachable")}, {arrow.truth("qualified")},
               {arrow.day("changes_on")}
        FROM scoring_contactscore WHERE +definition_id = %s AND {within}"""
    return arrow.read(sql, [definition_id, *values], SCORE, few=roots.few)


def due(contacts: Range, definition_id: int, day: date) -> list[int]:
    """Those whose stored scores time alone changes by the day, in order."""
    within, values = contacts.within("contact_id")
    sql = f"""
        SELECT contact_id FROM scoring_contactscore
        WHERE +definition_id = %s AND {within} AND changes_on <= %s ORDER BY contact_id"""
    asked = [definition_id, *values, str(day)]
    return arrow.read(sql, asked, pa.schema([ID]))["contact_id"].to_pylist()


def people(roots: Contacts, *definitions: Definition) -> pa.Table:
    """The roots among the contacts, with what the definitions' conditions read of them."""
    asked = (conditions for one in definitions for conditions in one.attribute_conditions)
    return people_for(roots, asked)


def people_for(roots: Contacts, conditions: Iterable[Node]) -> pa.Table:
    """The roots among the contacts, with what the conditions read of them."""
    columns = columns_of(conditions)
    within, values = roots.within("contact.id")
    approachable = arrow.truth("NOT contact.do_not_contact AND contact.opted_out_at IS NULL")
    schema = pa.schema([ID, ("approachable", pa.bool_()), *fields_of(columns)])
    sql = f"""
        SELECT {", ".join(["contact.id", approachable, *selected(columns)])}
        FROM records_contact contact
             LEFT JOIN records_company company ON company.id = contact.company_id
        WHERE contact.root_id IS NULL AND {within}"""
    return _with_free_mail(arrow.read(sql, values, schema, few=roots.few))


def columns_read(definition: Definition, start: str = "") -> dict[str, Kind]:
    """Those of the definition's conditions whose name starts so."""
    return columns_of(definition.attribute_conditions, start)


def columns_of(conditions: Iterable[Node], start: str = "") -> dict[str, Kind]:
    """Such as {"contact.job_title": Kind.TEXT, "company.attributes": Kind.OPEN}."""
    columns = {}
    for node in conditions:
        for comparison in comparisons(node):
            place = split(comparison.field, ATTRIBUTES.below)
            column = place[0] if place else comparison.field
            if column.startswith(start):
                columns[column] = ATTRIBUTES.kind_of(comparison.field)
    return columns


def selected(columns: dict[str, Kind]) -> list[str]:
    return [arrow.json(sql) if kind is Kind.OPEN else sql for sql, kind in columns.items()]


def fields_of(columns: dict[str, Kind]) -> list[tuple[str, pa.DataType]]:
    return [(sql.replace(".", "_"), _arrow_type(kind)) for sql, kind in columns.items()]


def _arrow_type(kind: Kind) -> pa.DataType:
    return pa.int64() if kind is Kind.NUMBER else pa.string()


def _with_free_mail(table: pa.Table) -> pa.Table:
    """Adds `contact_email_is_free`; each domain is looked up once."""
    if "contact_email" not in table.column_names:
        return table
    domains = pc.replace_substring_regex(table["contact_email"], "^.*@", "")
    different = pc.dictionary_encode(domains.combine_chunks())
    free = pa.array([is_free_mail(one.lower()) for one in different.dictionary.to_pylist()])
    free = free.cast(pa.bool_()).take(different.indices)
    return table.append_column("contact_email_is_free", free)
