"""What is in the database comes out of it as it is, from both."""

import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from django.utils import timezone

from leadhub.records import facts
from leadhub.records.models import Company, Contact
from scoring import arrow, said, source
from scoring.definition import Criterion
from scoring.models import Tally
from tests.scoring.people import contact, did
from tests.scoring.test_definition import about, definition_with

pytestmark = pytest.mark.django_db

HOSTILE = [
    "",
    " ",
    "NA",
    "null",
    "NULL",
    "00123",
    "1e5",
    "2026-01-31",
    "true",
    '"',
    '""',
    "a,b",
    "line\nbreak\r\nand\ttab",
    "\\N",
    "\\.",
    "'; DROP TABLE records_contact; --",
    "🦆",
    "İıßﬁ",
    "\u202eright to left",
]


def test_texts_of_every_kind_travel_unchanged():
    made = [Contact.objects.create(job_title=text, attributes={"x": text}) for text in HOSTILE]
    definition = definition_with(
        Criterion(
            group="Role", name="Title", points=20, conditions=about("contact.job_title", "is", "x")
        ),
        Criterion(
            group="Role", name="X", points=1, conditions=about("contact.attributes.x", "is", "x")
        ),
    )
    table = source.people(source.Ids(tuple(one.pk for one in made)), definition)
    rows = sorted(table.to_pylist(), key=lambda row: row["contact_id"])
    assert [row["contact_job_title"] for row in rows] == HOSTILE


def test_numbers_truths_and_nothing_travel_unchanged():
    company = Company.objects.create(employees=None, revenue=2**53 + 1)
    person = contact(do_not_contact=True)
    Contact.objects.filter(pk=person.pk).update(company=company, email=None)
    definition = definition_with(
        *(
            Criterion(
                group="Role", name=field, points=20, conditions=about(field, "is_known", True)
            )
            for field in ("company.revenue", "company.employees", "contact.email", "company.region")
        )
    )
    [row] = source.people(source.Ids((person.pk,)), definition).to_pylist()
    assert row == {
        "contact_id": person.pk,
        "approachable": False,
        "company_revenue": 2**53 + 1,
        "company_employees": None,
        "contact_email": None,
        "contact_email_is_free": None,
        "company_region": "",
    }


def test_days_and_moments_travel_to_the_microsecond():
    person = contact()
    event = did(person, "Webinar Booked", date(1999, 12, 31))
    for at in (
        datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(1969, 7, 20, 20, 17, 40, tzinfo=UTC),
    ):
        type(event).objects.update(occurred_at=at)
        [row] = source.events(source.Ids((person.pk,))).to_pylist()
        since_1970 = at - datetime(1970, 1, 1, tzinfo=UTC)
        assert row["day"] == date(1999, 12, 31)
        assert row["occurred_at"] == since_1970.total_seconds() * 1_000_000


def test_more_text_than_is_parsed_at_once(monkeypatch):
    monkeypatch.setattr(arrow, "BLOCK", 100)
    rows = 1_000
    sql = """
        WITH RECURSIVE counted(number) AS (
            SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < %s)
        SELECT number FROM counted"""
    table = arrow.read(sql, [rows], pa.schema([("number", pa.int64())]))
    assert table["number"].to_pylist() == list(range(1, rows + 1))


def test_no_rows_are_a_table_without_rows():
    assert source.tallies(source.Ids((1,))).num_rows == Tally.objects.count() == 0
    assert source.tallies(source.Ids(())).schema == source.TALLIES


OF_EVERY_TYPE = [
    *HOSTILE,
    0,
    -1,
    2**53 + 1,
    10**30,
    0.1,
    1e22,
    True,
    False,
    None,
    [],
    ["a", 1, None, {"b": [False]}],
    {},
    {"": "empty key", "ключ": "🦆", 'quoted " key': {"deep": [1.5]}},
]


def test_json_of_every_type_travels_unchanged_in_attributes_properties_and_histories():
    """Compared as Python reads it: the databases spell the same value each in its own way."""
    made = [Contact.objects.create(attributes={"x": value}) for value in OF_EVERY_TYPE]
    criterion = Criterion(
        group="Role", name="X", points=20, conditions=about("contact.attributes.x", "is", "x")
    )
    definition, ids = definition_with(criterion), source.Ids(tuple(one.pk for one in made))
    for one, value in zip(made, OF_EVERY_TYPE, strict=True):
        did(one, "Webinar Booked", date(2026, 3, 2), x=value)
        facts.describe_contact(
            contact=one,
            values={"attributes.x": value},
            source=facts.people_here(),
            at=timezone.now(),
        )
    people = source.people(ids, definition).sort_by("contact_id")
    attributes = map(json.loads, people["contact_attributes"].to_pylist())
    assert [one.get("x") for one in attributes] == OF_EVERY_TYPE
    events = source.events(ids).sort_by("contact_id")
    assert [json.loads(text)["x"] for text in events["properties"].to_pylist()] == OF_EVERY_TYPE
    words = said.told(ids, definition, after=date(2026, 3, 2)).of_contacts.sort_by("id")
    assert [text and json.loads(text) for text in words["value"].to_pylist()] == OF_EVERY_TYPE
