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

import pyarrow as pa
import pyarrow.compute as pc

from leadhub.conditions.compile import Compilation
from leadhub.conditions.fields import ATTRIBUTES, Kind
from leadhub.conditions.nodes import comparisons
from leadhub.records.history import FIRST_ONE_HOLDS
from scoring import engine
from scoring.definition import Definition
from scoring.kept_plans import literal
from scoring.questions import Question, plain, remembered
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
PLACES = plain(
    "places",
    """
    SELECT contact_id, placed.company_id, now.since AS contact_since,
           companies.since AS company_since
    FROM placed JOIN people USING (contact_id) JOIN now USING (contact_id)
         LEFT JOIN companies ON companies.company_id = placed.company_id""",
)
TOLD = """
    SELECT placed.contact_id, placed.from_day, {columns}
    FROM placed JOIN {those}_otherwise o ON o.id = placed.{subject}_id
         AND placed.from_day >= o.from_day AND placed.from_day < o.to_day
    GROUP BY ALL"""
SUBJECTS = {"contact": "contacts", "company": "companies"}


def _steps(name: str) -> Iterator[Question]:
    """What was said of them step by step, and what of it is otherwise than today."""
    points = POINTS.format(said=f"said_of_{name}")
    yield Question({"points": points, "held": HELD, f"{name}_steps": STEPS})
    yield plain(f"{name}_otherwise", OTHERWISE.format(steps=f"{name}_steps"))


PLACING = (
    *_steps("contacts"),
    *_steps("companies"),
    plain("segments", SEGMENTS),
    plain("placed", PLACED),
)
SINCE = {
    subject: plain("since", f"SELECT DISTINCT id, field, since FROM {those}_steps")
    for subject, those in SUBJECTS.items()
}


def segments(told: Told, reads: Reads, first: date, last: date) -> pa.Table:
    """What is known of the contacts over the days from `first` to `last`."""
    return _relations(told, reads, first, last)["known"]


def _relations(told: Told, reads: Reads, first: date, last: date) -> dict[str, pa.Table]:
    """From what was said to what was `known`, with all relations between."""
    given = {
        "people": told.people,
        "now": told.now,
        "companies": told.companies,
        "said_of_contacts": told.of_contacts,
        "said_of_companies": told.of_companies,
    }
    questions = (*PLACING, *_telling(reads), _knowing(told.people, reads))
    return engine.work_out(questions, given, first=first, last=last)


def _telling(reads: Reads) -> Iterator[Question]:
    for subject, those in SUBJECTS.items():
        columns = ", ".join(
            f"any_value(value) FILTER (field = {literal(name)}) AS said_{n}"
            for n, name in enumerate(names_of(subject, reads))
        )
        sql = TOLD.format(columns=columns or "true", subject=subject, those=those)
        yield plain(f"{subject}_told", sql)


def names_of(subject: str, reads: Reads) -> list[str]:
    """The fields of the history that change what `people` says of them."""
    return [*reads.names(subject), *(ACTS if subject == "contact" else ())]


def on_day(told: Told, definition: Definition, day: date) -> tuple[pa.Table, dict[int, list[str]]]:
    """`people` as they were known to be on the day; and contact → the fields that the definition
    reads whose value is assumed: it is only known from a later day.

    What nothing is on record of is known since its row is there.
    """
    if not _something_later(told, day):
        return told.people, {}
    relations = _relations(told, Reads.of(definition), day, day)
    people = relations["known"].drop_columns(["from_day", "to_day"])
    return people, _assumed(definition, relations | {"people": people}, day)


def _something_later(told: Told, day: date) -> bool:
    if told.of_contacts.num_rows or told.of_companies.num_rows:
        return True
    return any(
        pc.any(pc.greater(table["since"], pa.scalar(day))).as_py()
        for table in (told.now, told.companies)
    )


def _assumed(definition: Definition, relations: dict[str, pa.Table], day: date) -> dict:
    values = dict(engine.rows(_answered(definition), relations))
    since = {
        subject: {(one, field): since for one, field, since in engine.rows(question, relations)}
        for subject, question in SINCE.items()
    }
    fields = _fields_with_history(definition)
    assumed = {
        place.contact: list(
            _assumed_of(place, zip(fields, values[place.contact], strict=True), since, day)
        )
        for place in map(Place._make, engine.rows(PLACES, relations))
    }
    return {contact: names for contact, names in assumed.items() if names}


@remembered(32)
def _answered(definition: Definition) -> Question:
    """Contact and, of each of the fields with a history, whether it is known."""
    to = Compilation(ATTRIBUTES)
    known = ", ".join(map(to.is_known, _fields_with_history(definition)))
    return Question({"answered": f"SELECT contact_id, [{known}] FROM people"}, to.values)


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


def fields_asked(definition: Definition) -> list[str]:
    """The fields that criteria and disqualifiers read, each once."""
    asked = definition.attribute_conditions
    read = (comparison.field for node in asked for comparison in comparisons(node))
    return list(dict.fromkeys(read))


def _fields_with_history(definition: Definition) -> list[str]:
    asked = fields_asked(definition)
    return [field for field in asked if field.split(".", 1)[1] not in IDENTITIES]


def _knowing(people: pa.Table, reads: Reads) -> Question:
    """The segments with the columns of `people`: what was otherwise than today, else what is."""
    to = _Columns(reads)
    columns = [f"{to.of(name)} AS {name}" for name in people.column_names]
    sql = f"""
        SELECT placed.from_day, placed.to_day, {", ".join(columns)}
        FROM placed JOIN people USING (contact_id) JOIN now USING (contact_id)
             LEFT JOIN companies ON companies.company_id = placed.company_id
             LEFT JOIN contact_told USING (contact_id, from_day)
             LEFT JOIN company_told USING (contact_id, from_day)"""
    return plain("known", sql)


class _Columns:
    """The expression of each column of `people` as of a segment."""

    def __init__(self, reads: Reads):
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
            path, name = literal(f'$."{key}"'), literal(f"{json.dumps(key)}: ")
            parts.append(
                f"{name} || coalesce({said}, json_extract({today}, {path})::VARCHAR, 'null')"
            )
        joined = " || ', ' || ".join(parts)
        known = f"'{{' || {joined} || '}}'"
        return f"CASE WHEN coalesce({', '.join(saids)}) IS NULL THEN {today} ELSE {known} END"
