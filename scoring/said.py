"""What was said of people and companies, and when: the history of attributes, as Arrow tables.

Only what a definition reads, and only of those of whom something was said, or who came, after a
day: whatever was said of the others before it is what their columns show today.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import connection

from leadhub.conditions.fields import ATTRIBUTES, split
from leadhub.conditions.nodes import comparisons
from leadhub.records.free_mail import company_domain
from scoring import arrow, source
from scoring.definition import Definition
from scoring.source import ID, Contacts, Ids
from scoring.versions import midnight_after

# Opting out is an act: before it, nobody had opted out.
ACTS = ("opted_out", "do_not_contact")
# An e-mail and a domain are who somebody is: they never change, so they have no history here.
IDENTITIES = {"email", "domain"}
QUARTER = 15 * 60 * 1_000_000  # no zone's clock changes within a quarter of an hour

SAID = pa.schema(
    [
        ("id", pa.int64()),
        ("field", pa.string()),
        ("value", pa.string()),
        ("said_at", pa.int64()),
        ("confirmed_at", pa.int64()),
        ("source", pa.string()),
    ]
)
NOW = pa.schema(
    [
        ID,
        ("company_id", pa.int64()),
        *((name, pa.bool_()) for name in ACTS),
        ("since", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Told:
    """`people` as `source.people` gives them; `now` what else they are today; `companies` what
    today's columns say of every company that they are or were at; `of_contacts` (by root) and
    `of_companies` what was said, with its days.
    """

    people: pa.Table
    now: pa.Table
    companies: pa.Table
    of_contacts: pa.Table
    of_companies: pa.Table


@dataclass(frozen=True)
class Reads:
    """What a definition reads: columns by their place in `people`, and names in the history."""

    columns: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, definition: Definition) -> "Reads":
        columns: dict[str, set[str]] = {}
        for node in definition.attribute_conditions:
            for comparison in comparisons(node):
                place = split(comparison.field, ATTRIBUTES.below)
                keys = columns.setdefault(place[0] if place else comparison.field, set())
                if place:
                    keys.add(place[1][0])
        return cls(columns)

    def of_subject(self, subject: str) -> dict[str, set[str]]:
        """Column, such as job_title or attributes → the keys that are read in it."""
        start = f"{subject}."
        return {
            column.removeprefix(start): keys
            for column, keys in self.columns.items()
            if column.startswith(start) and column.removeprefix(start) not in IDENTITIES
        }

    def names(self, subject: str) -> list[str]:
        """As AttributeChange.field names them."""
        names = []
        for column, keys in sorted(self.of_subject(subject).items()):
            names += [f"{column}.{key}" for key in sorted(keys)] if keys else [column]
        return names


def told(contacts: Contacts, definition: Definition, *, after: date) -> Told:
    """What is needed to know of the contacts (roots) as of any day from `after` on."""
    people = source.people(contacts, definition)
    reads, end = Reads.of(definition), midnight_after(after).astimezone(UTC)
    of_contacts = _of_contacts(contacts, [*reads.names("contact"), "company", *ACTS], end)
    named = _companies_named(of_contacts)
    of_companies = _of_companies(contacts, named, reads.names("company"), end)
    return Told(
        people,
        _now(contacts),
        _companies(contacts, named, definition),
        with_days(of_contacts),
        with_days(of_companies),
    )


def _of_contacts(contacts: Contacts, names: list[str], end: datetime) -> pa.Table:
    about = """
        FROM records_attributechange a JOIN records_contact c ON c.id = a.contact_id
             JOIN records_source s ON s.id = a.source_id"""
    named, values = _among(names)
    later, instants = _later(end)
    found: set[int] = set()
    for root, (within, ids) in _family(contacts):
        new_or = f"(c.created_at >= %s OR {later})"
        sql = f"SELECT DISTINCT {root} {about} WHERE {named} AND {new_or} AND {within}"
        found.update(_ids(sql, [*values, *instants, *instants, *ids], few=contacts.few))
    if not found:
        return SAID.empty_table()
    tables = [
        arrow.read(
            f"SELECT {_columns(root)} {about} WHERE {named} AND {within}", [*values, *ids], SAID
        )
        for root, (within, ids) in _family(Ids(tuple(sorted(found))))
    ]
    return _without_overruled(pa.concat_tables(tables))


def _family(roots: Contacts) -> Iterator[tuple[str, tuple[str, list]]]:
    """Whose rows are theirs, and under which id: their own, and those of whom was merged."""
    own, ids = roots.within("c.id")
    yield "c.id", (f"c.root_id IS NULL AND {own}", ids)
    yield "c.root_id", roots.within("c.root_id")


def _ids(sql: str, values: list, *, few: bool) -> list[int]:
    return arrow.read(sql, values, pa.schema([ID]), few=few)["contact_id"].to_pylist()


def _of_companies(contacts: Contacts, others: Ids, names: list[str], end: datetime) -> pa.Table:
    if not names:
        return SAID.empty_table()
    named, values = _among(names)
    later, instants = _later(end)
    theirs, ids = contacts.within("id")
    within, more = others.within("a.company_id")
    where = f"""
        {named} AND (a.company_id IN (SELECT company_id FROM records_contact WHERE {theirs})
                     OR {within})"""
    concerned = f"""
        SELECT DISTINCT a.company_id
        FROM records_attributechange a JOIN records_company p ON p.id = a.company_id
        WHERE {where} AND (p.created_at >= %s OR {later})"""
    few = contacts.few and others.few
    found = _ids(concerned, [*values, *ids, *more, *instants, *instants], few=few)
    if not found:
        return SAID.empty_table()
    within, ids = Ids(tuple(found)).within("a.company_id")
    sql = f"""
        SELECT {_columns("a.company_id")}
        FROM records_attributechange a JOIN records_source s ON s.id = a.source_id
        WHERE {named} AND {within}"""
    return arrow.read(sql, [*values, *ids], SAID)


def _columns(subject: str) -> str:
    confirmed = "coalesce(a.confirmed_at, a.at)"
    return (
        f"{subject}, a.field, {arrow.json('a.new')}, {arrow.moment('a.at')},"
        f" {arrow.moment(confirmed)}, s.kind"
    )


def _among(names: list[str]) -> tuple[str, list[str]]:
    return f"a.field IN ({', '.join(['%s'] * len(names))})", names


def _later(end: datetime) -> tuple[str, list]:
    return "coalesce(a.confirmed_at, a.at) >= %s", [connection.ops.adapt_datetimefield_value(end)]


def _without_overruled(said: pa.Table) -> pa.Table:
    """A public key's word on the company does not count where the e-mail tells it."""
    doubtful = pc.and_(pc.equal(said["field"], "company"), pc.equal(said["source"], "browser"))
    if not pc.any(doubtful).as_py():
        return said
    within, ids = Ids(tuple(said.filter(doubtful)["id"].unique().to_pylist())).within("id")
    emails = arrow.read(
        f"SELECT id, email FROM records_contact WHERE email IS NOT NULL AND {within}",
        ids,
        pa.schema([ID, ("email", pa.string())]),
    ).to_pylist()
    settled = [row["contact_id"] for row in emails if company_domain(row["email"])]
    overruled = pc.and_(doubtful, pc.is_in(said["id"], value_set=pa.array(settled, pa.int64())))
    return said.filter(pc.invert(overruled))


def _companies_named(said: pa.Table) -> Ids:
    values = said.filter(pc.equal(said["field"], "company"))["value"].unique().to_pylist()
    return Ids(tuple(sorted({int(value) for value in values if value and value.isdigit()})))


def _now(contacts: Contacts) -> pa.Table:
    within, values = contacts.within("id")
    sql = f"""
        SELECT id, company_id, {arrow.truth("opted_out_at IS NOT NULL")},
               {arrow.truth("do_not_contact")}, {arrow.moment("created_at")}
        FROM records_contact WHERE root_id IS NULL AND {within}"""
    return _since_day(arrow.read(sql, values, NOW, few=contacts.few))


def _since_day(table: pa.Table) -> pa.Table:
    place = table.column_names.index("since")
    return table.set_column(place, "since", days_of(table["since"]))


def _companies(contacts: Contacts, others: Ids, definition: Definition) -> pa.Table:
    columns, since = source.columns_read(definition, "company."), arrow.moment("company.created_at")
    theirs, ids = contacts.within("id")
    within, more = others.within("company.id")
    schema = pa.schema(
        [("company_id", pa.int64()), ("since", pa.int64()), *source.fields_of(columns)]
    )
    sql = f"""
        SELECT company.id, {", ".join([since, *source.selected(columns)])}
        FROM records_company company
        WHERE company.id IN (SELECT company_id FROM records_contact WHERE {theirs}) OR {within}"""
    few = contacts.few and others.few
    return _since_day(arrow.read(sql, [*ids, *more], schema, few=few))


def with_days(said: pa.Table) -> pa.Table:
    """Adds `day` and `confirmed_on`, in the organisation's time zone; values in one spelling."""
    said = said.set_column(2, "value", _alike(said["value"]))
    for name, moment in (("day", "said_at"), ("confirmed_on", "confirmed_at")):
        said = said.append_column(name, days_of(said[moment]))
    return said


def days_of(moments: pa.ChunkedArray) -> pa.Array:
    """The days of moments in microseconds since 1970: each quarter of an hour is asked once."""
    moments = moments.combine_chunks()
    quarters = pc.dictionary_encode(pc.divide(pc.subtract(moments, _past(moments)), QUARTER))
    starts = [quarter * QUARTER // 1_000_000 for quarter in quarters.dictionary.to_pylist()]
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    days = [
        (epoch + timedelta(seconds=start)).astimezone(settings.ORGANISATION_ZONE).date()
        for start in starts
    ]
    return pa.array(days, pa.date32()).take(quarters.indices)


def _past(moments: pa.Array) -> pa.Array:
    """How far each lies after the start of its quarter, also before 1970."""
    over = pc.subtract(moments, pc.multiply(pc.divide(moments, QUARTER), QUARTER))
    return pc.if_else(pc.less(over, 0), pc.add(over, QUARTER), over)


def _alike(values: pa.ChunkedArray) -> pa.Array:
    """JSON as Python writes it: the databases write it each in its own way."""
    different = pc.dictionary_encode(values.combine_chunks())
    texts = [
        json.dumps(json.loads(text), sort_keys=True) for text in different.dictionary.to_pylist()
    ]
    return pa.array(texts, pa.string()).take(different.indices)
