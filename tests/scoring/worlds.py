"""Random definitions, people and events for Hypothesis, small enough to be read when they fail."""

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pyarrow as pa
from hypothesis import strategies as st

from leadhub.conditions.fields import ATTRIBUTES, EVENT, Kind
from leadhub.conditions.operators import OPERATORS
from leadhub.conditions.parse import parse
from scoring.definition import Criterion, Definition, Disqualifier, FitGroup, Signal, Weight

TODAY = date(2026, 3, 10)
# Often days that several events share.
DAYS = st.one_of(st.integers(0, 3), st.integers(0, 60)).map(lambda ago: TODAY - timedelta(days=ago))
DATES = st.integers(-40, 40).map(lambda days: (TODAY + timedelta(days=days)).isoformat())
TEXTS = st.sampled_from(
    ["VP Sales", "vp", "Straße", "STRASSE", "ﬁnance", "student", "İ", "/a/b", "/a/B/c", "a.b", "7"]
)
ODD_DATES = st.sampled_from(["2026-02-30", "2026-03-01T10:00:00Z", "2026-03-01x", "0999-01-01"])
NUMBERS = st.sampled_from([-3, 0, 7, 7.5, 500, 10**20])
HUGE = st.sampled_from([1e308, 10**400])
JSON = st.one_of(
    TEXTS,
    DATES,
    ODD_DATES,
    NUMBERS,
    HUGE,
    st.booleans(),
    st.sampled_from([None, "", [], ["vp"], {}]),
)
OBJECTS = st.fixed_dictionaries(
    {}, optional={"x": JSON, "y": JSON, "deep": st.fixed_dictionaries({"k": JSON})}
)
# What is known of a person since when: nearly always a date.
TRAITS = st.fixed_dictionaries(
    {"since": st.one_of(DATES, DATES, DATES, ODD_DATES)},
    optional={"x": JSON, "deep": st.fixed_dictionaries({"k": JSON})},
)
FIELDS_OF_PEOPLE = (
    "contact.email",
    "contact.job_title",
    "company.employees",
    "contact.attributes.x",
    "contact.attributes.deep.k",
    "contact.attributes.since",
    "company.attributes.y",
)
FIELDS_OF_EVENTS = ("kind", "name", "properties.x", "properties.deep.k")
NAMES = st.sampled_from(["Webinar Booked", "webinar booked", "Demo", ""])
KINDS = st.sampled_from(["track", "page"])


def values_for(operator: str, kind: Kind):
    single = NUMBERS if kind is Kind.NUMBER else TEXTS
    if kind is Kind.OPEN:
        single = st.one_of(TEXTS, NUMBERS, st.booleans())
    match operator:
        case "is_one_of" | "is_not_one_of":
            return st.lists(single, min_size=1, max_size=3)
        case "is" | "is_not":
            return single
        case "contains" | "starts_with":
            return TEXTS
        case "path_matches":
            return st.sampled_from(["/a/*", "/A/**", "**/b", "/*/*", "a.b", "*", "**"])
        case "before" | "after":
            return DATES
        case "within_days":
            return st.integers(1, 40)
        case "is_known" | "is_free_mail":
            return st.booleans()
    return NUMBERS


@st.composite
def comparisons(draw, fields, names):
    field = draw(st.sampled_from(names))
    kind = fields.kind_of(field)
    usable = [
        key
        for key, operator in OPERATORS.items()
        if kind in operator.kinds and (fields.know_today or not operator.needs_today)
    ]
    if field.endswith(".since"):
        usable = ["within_days", "within_days", "before", "after", "is_known"]
    operator = draw(st.sampled_from(usable))
    return {"field": field, operator: draw(values_for(operator, kind))}


def conditions(fields, names):
    row = comparisons(fields, names)
    group = st.lists(row, min_size=1, max_size=2).flatmap(
        lambda rows: st.sampled_from([{"all": rows}, {"any": rows}])
    )
    rows = st.lists(st.one_of(row, group), min_size=1, max_size=3)
    top = st.builds(lambda key, rows: {key: rows}, st.sampled_from(["all", "any"]), rows)
    return top.map(lambda stored: parse(stored, fields))


# Half of them hold for many: definitions of which nothing holds would all say the same.
ABOUT_PEOPLE = st.one_of(
    conditions(ATTRIBUTES, FIELDS_OF_PEOPLE),
    st.sampled_from(
        [
            {"field": "contact.attributes.since", "within_days": 20},
            {"field": "contact.job_title", "is_known": True},
            {"field": "company.employees", "at_least": 7},
            {"field": "contact.email", "is_free_mail": True},
        ]
    ).map(lambda row: parse({"all": [row]}, ATTRIBUTES)),
)
ABOUT_EVENTS = st.one_of(
    conditions(EVENT, FIELDS_OF_EVENTS),
    st.sampled_from(
        [
            {"field": "kind", "is": "track"},
            {"field": "name", "is": "Webinar Booked"},
            {"field": "name", "is_known": True},
        ]
    ).map(lambda row: parse({"all": [row]}, EVENT)),
)
# Many of them meet exactly, and so do their sums and the bounds; one fades to nothing at once.
POINTS = st.one_of(st.integers(-20, 20), st.sampled_from([-10, -5, 1, 1, 5, 10, 20, 20]))


def bounds(least: int, most: int):
    """A bound that can be reached, and is met exactly now and then."""
    near = [bound for bound in (-10, -5, 0, 5, 10, 20) if least <= bound <= most] or [least]
    return st.one_of(st.sampled_from(near), st.integers(least, most))


@st.composite
def weights(draw, number: int):
    points = draw(POINTS)
    signal = Signal(
        id=number,
        name=f"Signal {number}",
        intent=draw(st.sampled_from(["high", "medium", "shallow"])),
        conditions=draw(ABOUT_EVENTS),
        distinct_property=draw(st.sampled_from(["", "x"])),
    )
    return Weight(
        signal=signal,
        points=points,
        daily_limit=draw(st.integers(1, 4)),
        half_life_days=draw(st.one_of(st.none(), st.integers(1, 20))),
        steps=draw(st.integers(1, 4)),
        cap=draw(st.one_of(st.none(), st.integers(0, 40))) if points >= 0 else None,
    )


@st.composite
def definitions(draw):
    groups = (FitGroup(name="Role", cap=draw(st.integers(0, 30))), FitGroup(name="Size", cap=15))
    criteria = tuple(
        Criterion(
            group=draw(st.sampled_from(["Role", "Size"])),
            name=f"Criterion {number}",
            points=draw(POINTS),
            conditions=draw(ABOUT_PEOPLE),
        )
        for number in range(draw(st.integers(0, 4)))
    )
    disqualifiers = tuple(
        Disqualifier(name=f"Disqualifier {number}", conditions=draw(ABOUT_PEOPLE))
        for number in range(draw(st.integers(0, 2)))
    )
    base = Definition(
        id=1,
        weights=tuple(draw(weights(number)) for number in range(1, draw(st.integers(1, 5)) + 1)),
        fit_groups=groups,
        fit_criteria=criteria,
        disqualifiers=disqualifiers,
        threshold=0,
        minimum_behaviour=0,
        minimum_fit=-100,
        high_intent_days=draw(st.integers(1, 30)),
        cap_high=draw(st.integers(0, 80)),
        cap_medium=draw(st.integers(0, 50)),
        cap_shallow=draw(st.integers(0, 20)),
        behaviour_floor=draw(st.integers(-50, 0)),
        fit_floor=draw(st.integers(-50, 0)),
        grade_a=15, grade_b=10, grade_c=0, band_1=20, band_2=10, band_3=5,
    )  # fmt: skip
    return replace(
        base,
        threshold=draw(bounds(0, base.most_behaviour + base.most_fit)),
        minimum_behaviour=draw(bounds(0, base.most_behaviour)),
        minimum_fit=draw(bounds(-30, base.most_fit)),
        high_intent_signals=draw(st.integers(0, min(2, base.most_high_intent))),
    )


PEOPLE = st.fixed_dictionaries(
    {
        "approachable": st.sampled_from([True, True, True, False]),
        "contact.email": st.sampled_from([None, "a@gmail.com", "b@example.com"]),
        "contact.job_title": st.one_of(st.none(), st.just(""), TEXTS),
        "company.employees": st.sampled_from([None, 0, 7, 500]),
        "contact.attributes": TRAITS,
        "company.attributes": st.one_of(st.none(), OBJECTS),
    }
)

EVENTS = st.fixed_dictionaries(
    {
        "kind": KINDS,
        "name": NAMES,
        "properties": OBJECTS,
        "day": DAYS,
        "is_bot": st.sampled_from([False, False, False, True]),
    }
)

WORLDS = st.lists(st.tuples(PEOPLE, st.lists(EVENTS, max_size=8)), min_size=1, max_size=3)


def moment_of(event: dict) -> datetime:
    return datetime.combine(event["day"], time(12))


def people_table(people: list[dict]) -> pa.Table:
    """As `scoring.source.people` gives it; contacts are numbered from 1."""
    email = [one["contact.email"] for one in people]
    free = [one and one.endswith("@gmail.com") for one in email]
    as_json = {
        name: [None if one[name] is None else json.dumps(one[name]) for one in people]
        for name in ("contact.attributes", "company.attributes")
    }
    return pa.table(
        {
            "contact_id": pa.array(range(1, len(people) + 1), pa.int64()),
            "approachable": pa.array([one["approachable"] for one in people], pa.bool_()),
            "contact_email": pa.array(email, pa.string()),
            "contact_email_is_free": pa.array(free, pa.bool_()),
            "contact_job_title": pa.array([p["contact.job_title"] for p in people], pa.string()),
            "company_employees": pa.array([p["company.employees"] for p in people], pa.int64()),
            "contact_attributes": pa.array(as_json["contact.attributes"], pa.string()),
            "company_attributes": pa.array(as_json["company.attributes"], pa.string()),
        }
    )


def events_table(events: list[list[dict]]) -> pa.Table:
    """As `scoring.source.events` gives it: one list of events a contact."""
    rows = [(number, event) for number, those in enumerate(events, start=1) for event in those]
    micros = [int(moment_of(event).timestamp() * 1_000_000) for _, event in rows]
    return pa.table(
        {
            "contact_id": pa.array([number for number, _ in rows], pa.int64()),
            "day": pa.array([event["day"] for _, event in rows], pa.date32()),
            "kind": pa.array([event["kind"] for _, event in rows], pa.string()),
            "name": pa.array([event["name"] for _, event in rows], pa.string()),
            "properties": pa.array([json.dumps(e["properties"]) for _, e in rows], pa.string()),
            "occurred_at": pa.array(micros, pa.int64()),
            "is_bot": pa.array([event["is_bot"] for _, event in rows], pa.bool_()),
        }
    )
