"""What really occurs in events and contacts, for who writes conditions."""

from datetime import date

import pytest
from django.core.cache import cache

from leadhub.conditions.fields import ATTRIBUTES, EVENT
from leadhub.records import occurring
from tests.scoring.people import contact, did

DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()
    yield
    cache.clear()


def test_properties_and_their_values_the_most_frequent_first(db):
    person = contact()
    for path in ("/pricing", "/blog", "/pricing"):
        did(person, "", DAY, kind="page", path=path, plan={"seats": 5, "code": "5"})
    did(person, "Booked", DAY, path="", tags=["a"])
    found = {field.name: field for field in occurring.fields_of(EVENT)}
    assert found["properties.path"].share == 0.75
    assert found["properties.path"].values == ("/pricing", "/blog")
    assert found["properties.tags"].values == ()
    assert occurring.values_of(EVENT, "kind") == ("page", "track")
    # As someone would type it: a text that looks like a number stands in quotes.
    assert occurring.values_of(EVENT, "properties.plan.seats") == ("5",)
    assert occurring.values_of(EVENT, "properties.plan.code") == ('"5"',)
    assert occurring.values_of(EVENT, "properties.nowhere") == ()


def test_custom_attributes_of_contacts_and_companies(db):
    contact(
        job_title="CEO", attributes={"plan": "pro", "a.b": 1, "trial": True},
        company={"industry": "Steel", "attributes": {"crm": {"stage": "new"}}},
    )  # fmt: skip
    found = {field.name for field in occurring.fields_of(ATTRIBUTES)}
    assert {"contact.attributes.plan", "company.attributes.crm.stage", "company.industry"} <= found
    assert not [name for name in found if "a.b" in name]
    assert occurring.values_of(ATTRIBUTES, "contact.attributes.trial") == ("true",)


def test_every_name_that_is_offered_can_be_compared(db):
    person = contact(attributes={'quo"te': 1, "back\\slash": 2, "": 3, "x": {"y": {"z": {}}}})
    did(person, "x", DAY, **{"deep": {"a": {"b": {"c": {"d": 1}}}}})
    for fields in (EVENT, ATTRIBUTES):
        assert all(fields.kind_of(field.name) for field in occurring.fields_of(fields))


def test_it_asks_as_often_for_many_rows_as_for_few(db, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(occurring, "SAMPLED", 120)
    person = contact()
    for number in range(5):
        did(person, f"number {number}", DAY)
    with django_assert_num_queries(1 + occurring.BLOCKS):
        assert len(occurring.values_of(EVENT, "name")) == 5
    for number in range(200):
        did(person, f"number {number}", DAY)
    cache.clear()
    with django_assert_num_queries(1 + occurring.BLOCKS):
        assert len(occurring.values_of(EVENT, "name")) <= occurring.MOST_VALUES
    with django_assert_num_queries(0):
        occurring.values_of(EVENT, "kind")
