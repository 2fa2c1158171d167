"""What conditions match now: reckoned by the same compiled meaning as scores, for who edits them.

It looks at the newest rows first and stops after a while, and says how many it has looked at: a
preview is an answer within a second or two, however much there is.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
from django.db.models import Max, Min

from leadhub.conditions.compile import Compilation
from leadhub.conditions.describe import name_of
from leadhub.conditions.fields import ATTRIBUTES, EVENT, Kind
from leadhub.conditions.nodes import Any, Comparison, Node, comparisons
from leadhub.records.models import Contact, Event
from scoring import arrow, engine, source
from scoring.definition import Definition

SECONDS = 1.5
AT_ONCE = 20_000
EXAMPLES = 3

EVENTS_NUMBERED = f"""
    SELECT id, coalesce(contact_id, 0), {arrow.day("day")}, kind, name, {arrow.json("properties")},
           0, {arrow.truth("is_bot")}
    FROM records_event WHERE id BETWEEN %s AND %s"""
NUMBERED = pa.schema([("id", pa.int64()), *source.EVENTS])

MATCHING = """
    CREATE OR REPLACE TEMP TABLE matching AS SELECT {id} AS id, {holds} AS holds, {types}
    FROM ({folded}) WHERE {counts}"""


@dataclass(frozen=True)
class Mistyped:
    """That a property was of another type than it is compared with: “employees” was text."""

    name: str
    kind: str
    rows: int


@dataclass(frozen=True)
class Preview:
    """How many of those looked at match; `examples` are ids of contacts, or of events."""

    about: str
    matching: int = 0
    looked_at: int = 0
    is_everything: bool = True
    examples: tuple[int, ...] = ()
    mistyped: tuple[Mistyped, ...] = ()


@dataclass
class Count:
    matching: int = 0
    looked_at: int = 0
    examples: list[int] = field(default_factory=list)
    types: Counter = field(default_factory=Counter)


def of(node: Node, *, about: str, day: date) -> Preview:
    """`about` is "events" or "contacts"; the day is that on which contacts are asked about."""
    return of_events(node) if about == EVENT.about else of_contacts(node, day=day)


def of_events(node: Node, *, seconds: float = SECONDS) -> Preview:
    """How many events match now, the newest first; those of bots don't count."""
    to = Compilation(EVENT)
    sql, fields = statement(to, node, "rows", id="id", counts="NOT is_bot")
    return counted(events_by_turns(), sql, to, fields, about=EVENT.about, seconds=seconds)


def of_contacts(node: Node, *, day: date, seconds: float = SECONDS) -> Preview:
    """How many contacts match as of the day, the newest first."""
    to = Compilation(ATTRIBUTES)
    dated = f"(SELECT *, {to.bind(day)}::DATE AS day FROM rows)"
    sql, fields = statement(to, node, dated, id="contact_id", counts="true")
    people = people_by_turns([node, *custom_namesakes(node)])
    return counted(people, sql, to, fields, about=ATTRIBUTES.about, seconds=seconds)


def mistyped_in(definition: Definition, *, day: date) -> tuple[Preview, ...]:
    """What properties of events, and attributes of contacts, are of another type than the version
    compares them with; without those of whom there are none.
    """
    given = Any(tuple(weight.signal.conditions for weight in definition.weights))
    found = [of_events(given)] if given.nodes else []
    if definition.attribute_conditions:
        found.append(of_contacts(Any(definition.attribute_conditions), day=day))
    return tuple(preview for preview in found if preview.mistyped)


def statement(to: Compilation, node: Node, rows: str, *, id: str, counts: str) -> tuple[str, list]:
    """The statement that matches a turn's rows, and which field each column of types is about."""
    types = types_by_field(to, node)
    columns = [f"{sql} AS type_{number}" for number, sql in enumerate(types.values())]
    sql = MATCHING.format(
        id=id,
        holds=to.holds(node),
        types=", ".join(columns) or "NULL AS no_types",
        folded=to.folded(rows),
        counts=counts,
    )
    return sql, list(types)


def types_by_field(to: Compilation, node: Node) -> dict[str, str]:
    """For each field, the type of a value that none of the field's comparisons can compare."""
    found: dict[str, str | None] = {}
    for one in comparisons(node):
        this = types_of(to, one)
        before = found.get(one.field, this)
        found[one.field] = this and before and f"CASE WHEN {before} IS NOT NULL THEN {this} END"
    return {name: sql for name, sql in found.items() if sql}


def types_of(to: Compilation, node: Comparison) -> str | None:
    """A column that has to hold numbers holds nothing else: what was something else when it came
    was kept as a custom attribute of the same name.
    """
    if to.fields.kind_of(node.field) is not Kind.NUMBER:
        return to.of_another_type(node)
    namesake = Comparison(custom_namesake(node.field), "above", 0)
    unknown = f"NOT {to.is_known(node.field)}"
    return f"CASE WHEN {unknown} THEN {to.of_another_type(namesake)} END"


def custom_namesake(field: str) -> str:
    """`company.employees` → `company.attributes.employees`."""
    subject, _, name = field.partition(".")
    return f"{subject}.attributes.{name}"


def custom_namesakes(node: Node) -> list[Node]:
    return [
        Comparison(custom_namesake(one.field), "is_known", True)
        for one in comparisons(node)
        if ATTRIBUTES.kind_of(one.field) is Kind.NUMBER
    ]


def events_by_turns() -> Iterator[pa.Table]:
    for first, last in turns(Event):
        yield arrow.read(EVENTS_NUMBERED, [first, last], NUMBERED)


def people_by_turns(asked: list[Node]) -> Iterator[pa.Table]:
    for first, last in turns(Contact):
        yield source.people_for(source.Range(first, last), asked)


def turns(model: type) -> Iterator[tuple[int, int]]:
    """Ranges of ids, the newest first."""
    ends = model.objects.order_by().aggregate(first=Min("pk"), last=Max("pk"))
    last = ends["last"] or 0
    while last >= (ends["first"] or 1):
        yield last - AT_ONCE + 1, last
        last -= AT_ONCE


def counted(tables: Iterator[pa.Table], sql, to, fields, *, about: str, seconds: float) -> Preview:
    until = time.monotonic() + seconds
    count, is_everything = Count(), True
    with engine.connect() as connection:
        for table in tables:
            if count.looked_at and time.monotonic() > until:
                is_everything = False
                break
            connection.register("rows", table)
            connection.execute(sql, to.values or None)
            count_turn(count, connection, fields)
    mistyped = (Mistyped(name, kind, rows) for (name, kind), rows in count.types.most_common())
    return Preview(about, count.matching, count.looked_at, is_everything,
                   tuple(count.examples[:EXAMPLES]), tuple(mistyped))  # fmt: skip


def count_turn(count: Count, connection, fields: list[str]) -> None:
    [(looked_at, matching, examples)] = connection.execute(
        "SELECT count(*), count(*) FILTER (holds), max(id, 3) FILTER (holds) FROM matching"
    ).fetchall()
    count.looked_at += looked_at
    count.matching += matching
    count.examples += examples or []
    for number, name in enumerate(fields):
        kinds = connection.execute(
            f"SELECT type_{number}, count(*) FROM matching"
            f" WHERE type_{number} IS NOT NULL GROUP BY 1"
        )
        for kind, rows in kinds.fetchall():
            count.types[name_of(name), kind] += rows
