"""People as they were known to be on the days of a period.

On a day holds what was said of them by then (see `leadhub.records.history`, which says what holds
where several sources disagree). Before the first known value that one is used. From the last word
on a field on, its column of today is the answer, so that the end of every history is today.

`segments` says of each contact and each stretch of days in which nothing is known otherwise:
contact_id, from_day, to_day (exclusive), and the columns of `source.people`.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from leadhub.conditions.compile import Compilation
from leadhub.conditions.fields import ATTRIBUTES, Kind
from leadhub.conditions.nodes import comparisons
from leadhub.records.history import FIRST_ONE_HOLDS
from scoring import engine
from scoring.definition import Definition
from scoring.said import ACTS, IDENTITIES, Reads, Told

ALWAYS = "DATE '0001-01-01'"
FIRST_HOLDS = f"field IN ({', '.join(repr(name) for name in sorted(FIRST_ONE_HOLDS))})"
ACT = f"field IN ({', '.join(repr(name) for name in ACTS)})"
KNOWN = "value IS NOT NULL AND value NOT IN ('null', '\"\"')"

# Each word of a source is a point or two in time; of those by a day the greatest rank holds.
POINTS = f"""
    SELECT id, field, value, day, source <> 'browser' AS trusted,
           {FIRST_HOLDS} AND source = 'person' AS by_person,
           CASE WHEN {FIRST_HOLDS} AND source <> 'person' THEN -said_at ELSE said_at END AS moment
    FROM {{said}}
    UNION ALL
    SELECT id, field, value, confirmed_on, source <> 'browser', false, confirmed_at
    FROM {{said}} WHERE confirmed_at > said_at AND NOT {FIRST_HOLDS}"""
HELD = """
    SELECT id, field, day, max({
               'trusted': trusted, 'by_person': by_person, 'moment': moment,
               'value': coalesce(value, 'null')
           }) OVER (PARTITION BY id, field ORDER BY day RANGE UNBOUNDED PRECEDING).value AS value
    FROM points"""
STEPS = f"""
    SELECT *, lead(day) OVER (PARTITION BY id, field ORDER BY day) AS until,
           min(day) FILTER ({ACT} OR {KNOWN}) OVER (PARTITION BY id, field) AS since
    FROM (SELECT DISTINCT * FROM held)"""
# What differs from today's columns.
OTHERWISE = f"""
    SELECT id, field, value, until AS to_day,
           CASE WHEN day = since AND NOT {ACT} THEN {ALWAYS} ELSE day END AS from_day
    FROM {{steps}} WHERE until IS NOT NULL AND day >= since
    UNION ALL
    SELECT id, field, 'false', since, {ALWAYS} FROM {{steps}} WHERE {ACT} AND day = since"""

BELONGS = f"""
    SELECT contact_id, company_id FROM now
    UNION
    SELECT id, value::BIGINT FROM contacts_otherwise WHERE field = 'company' AND {KNOWN}"""
SEGMENTS = f"""
    SELECT contact_id, day AS from_day,
           lead(day, 1, $last::DATE + 1) OVER (PARTITION BY contact_id ORDER BY day) AS to_day
    FROM (
        SELECT DISTINCT contact_id, greatest(day, $first::DATE) AS day
        FROM (
            SELECT id AS contact_id, unnest([from_day, to_day]) AS day FROM contacts_otherwise
            UNION ALL
            SELECT contact_id, unnest([from_day, to_day])
            FROM ({BELONGS}) belongs JOIN companies_otherwise ON id = company_id
            UNION ALL
            SELECT contact_id, {ALWAYS} FROM now
        ) WHERE day <= $last::DATE
    )"""
# Company 0 is none.
PLACED = """
    SELECT segments.*, coalesce(try_cast(value AS BIGINT), CASE WHEN value IS NULL
               THEN now.company_id END, 0) AS company_id
    FROM segments JOIN now USING (contact_id)
         LEFT JOIN contacts_otherwise o ON o.id = contact_id AND o.field = 'company'
              AND segments.from_day >= o.from_day AND segments.from_day < o.to_day"""
PLACES = """
    SELECT contact_id, placed.company_id, now.since, companies.since
    FROM placed JOIN people USING (contact_id) JOIN now USING (contact_id)
         LEFT JOIN companies ON companies.company_id = placed.company_id"""
TOLD = """
    SELECT placed.contact_id, placed.from_day, {columns}
    FROM placed JOIN {otherwise} o ON o.id = placed.{subject}
         AND placed.from_day >= o.from_day AND placed.from_day < o.to_day
    GROUP BY ALL"""


def segments(
    told: Told, reads: Reads, first: date, last: date, *, connection: duckdb.DuckDBPyConnection
) -> pa.Table:
    """What is known of the contacts over the days from `first` to `last`."""
    whole = {"first": first, "last": last}
    for name in ("people", "now", "companies"):
        connection.register(name, getattr(told, name))
    for name, said in (("contacts", told.of_contacts), ("companies", told.of_companies)):
        connection.register(f"said_of_{name}", said)
        _steps(name, connection)
    engine.make(connection, "segments", SEGMENTS, whole)
    engine.make(connection, "placed", PLACED, {})
    for subject, table in (("contact", "contacts"), ("company", "companies")):
        names = names_of(subject, reads)
        columns = ", ".join(
            f"any_value(value) FILTER (field = $name_{n}) AS said_{n}" for n in range(len(names))
        )
        sql = TOLD.format(
            columns=columns or "true", otherwise=f"{table}_otherwise", subject=f"{subject}_id"
        )
        values = {f"name_{n}": name for n, name in enumerate(names)}
        engine.make(connection, f"{subject}_told", sql, values)
    return _known(told.people, reads, connection)


def names_of(subject: str, reads: Reads) -> list[str]:
    """The fields of the history that change what `people` says of them."""
    return [*reads.names(subject), *(ACTS if subject == "contact" else ())]


def on_day(
    told: Told, definition: Definition, day: date, *, connection
) -> tuple[pa.Table, dict[int, list[str]]]:
    """`people` as they were known to be on the day; and contact → the fields that the definition
    reads whose value is assumed: it is only known from a later day.

    What nothing is on record of is known since its row is there.
    """
    if not _something_later(told, day):
        return told.people, {}
    reads = Reads.of(definition)
    known = segments(told, reads, day, day, connection=connection)
    people = known.drop_columns(["from_day", "to_day"])
    return people, _assumed(definition, people, day, connection)


def _something_later(told: Told, day: date) -> bool:
    if told.of_contacts.num_rows or told.of_companies.num_rows:
        return True
    return any(
        pc.any(pc.greater(table["since"], pa.scalar(day))).as_py()
        for table in (told.now, told.companies)
    )


def _assumed(definition: Definition, people: pa.Table, day: date, connection) -> dict:
    fields = [field for field in fields_asked(definition) if _has_history(field)]
    to = Compilation(ATTRIBUTES)
    known = ", ".join(map(to.is_known, fields))
    connection.register("people", people)
    rows = connection.execute(f"SELECT contact_id, [{known}] FROM people", to.values or None)
    values = dict(rows.fetchall())
    since = {
        subject: dict_of(connection.execute(f"SELECT DISTINCT id, field, since FROM {table}"))
        for subject, table in (("contact", "contacts_steps"), ("company", "companies_steps"))
    }
    places = connection.execute(PLACES).fetchall()
    return {
        place.contact: names
        for place in map(Place._make, places)
        if (
            names := list(
                _assumed_of(place, zip(fields, values[place.contact], strict=True), since, day)
            )
        )
    }


class Place(NamedTuple):
    """Where a contact was on the day, and since when the rows of both are there."""

    contact: int
    company: int
    contact_since: date
    company_since: date | None


def _assumed_of(place: Place, fields, since: dict, day: date) -> Iterator[str]:
    moved = since["contact"].get((place.contact, "company"))
    elsewhere = moved is not None and day < moved
    for field, is_known in fields:
        subject, name = field.split(".", 1)
        name = ".".join(name.split(".")[:2]) if name.startswith("attributes.") else name
        one, there = (
            (place.contact, place.contact_since)
            if subject == "contact"
            else (place.company, place.company_since)
        )
        first = since[subject].get((one, name), there)
        if is_known and ((first and day < first) or (elsewhere and subject == "company")):
            yield field


def dict_of(rows) -> dict[tuple[int, str], date]:
    return {(subject, field): day for subject, field, day in rows.fetchall()}


def fields_asked(definition: Definition) -> list[str]:
    """The fields that criteria and disqualifiers read, each once."""
    asked = definition.attribute_conditions
    read = (comparison.field for node in asked for comparison in comparisons(node))
    return list(dict.fromkeys(read))


def _has_history(field: str) -> bool:
    return field.split(".", 1)[1] not in IDENTITIES


def _steps(name: str, connection) -> None:
    links = f"WITH points AS ({POINTS.format(said=f'said_of_{name}')}), held AS ({HELD})"
    engine.make(connection, f"{name}_steps", f"{links} {STEPS}", {})
    engine.make(connection, f"{name}_otherwise", OTHERWISE.format(steps=f"{name}_steps"), {})


def _known(people: pa.Table, reads: Reads, connection) -> pa.Table:
    """The segments with their columns: what was otherwise than today, else what is today."""
    to = _Columns(reads)
    columns = [f"{to.of(name)} AS {name}" for name in people.column_names]
    sql = f"""
        SELECT placed.from_day, placed.to_day, {", ".join(columns)}
        FROM placed JOIN people USING (contact_id) JOIN now USING (contact_id)
             LEFT JOIN companies ON companies.company_id = placed.company_id
             LEFT JOIN contact_told USING (contact_id, from_day)
             LEFT JOIN company_told USING (contact_id, from_day)"""
    return engine.read(connection, sql, to.values)


class _Columns:
    """The expression of each column of `people` as of a segment."""

    def __init__(self, reads: Reads):
        self.values: dict[str, object] = {}
        self.said = {
            (subject, name): f"{subject}_told.said_{n}"
            for subject in ("contact", "company")
            for n, name in enumerate(names_of(subject, reads))
        }
        self.kinds = {
            f"{subject}_{column}": (subject, column, keys)
            for subject in ("contact", "company")
            for column, keys in reads.of_subject(subject).items()
        }

    def of(self, name: str) -> str:
        if name == "approachable":
            return " AND ".join(f"NOT {self._act(act)}" for act in ACTS)
        table = "companies" if name.startswith("company_") else "people"
        if name not in self.kinds:
            return f"{table}.{name}"
        subject, column, keys = self.kinds[name]
        if keys:
            return self._object(f"{table}.{name}", subject, column, sorted(keys))
        said = self.said[subject, column]
        text = f"json_extract_string({said}, '$')"
        is_number = ATTRIBUTES.kind_of(f"{subject}.{column}") is Kind.NUMBER
        then = f"try_cast({text} AS BIGINT)" if is_number else f"coalesce({text}, '')"
        return f"CASE WHEN {said} IS NULL THEN {table}.{name} ELSE {then} END"

    def _act(self, act: str) -> str:
        said = self.said["contact", act]
        return f"CASE WHEN {said} IS NULL THEN now.{act} ELSE {said} = 'true' END"

    def _object(self, today: str, subject: str, column: str, keys: list[str]) -> str:
        """JSON of the keys that are read, where any of them was otherwise."""
        parts, saids = [], [self.said[subject, f"{column}.{key}"] for key in keys]
        for key, said in zip(keys, saids, strict=True):
            path, name = self._bind(f'$."{key}"'), self._bind(f"{json.dumps(key)}: ")
            parts.append(
                f"{name} || coalesce({said}, json_extract({today}, {path})::VARCHAR, 'null')"
            )
        joined = " || ', ' || ".join(parts)
        known = f"'{{' || {joined} || '}}'"
        return f"CASE WHEN coalesce({', '.join(saids)}) IS NULL THEN {today} ELSE {known} END"

    def _bind(self, value: object) -> str:
        name = f"value_{len(self.values)}"
        self.values[name] = value
        return f"${name}"
