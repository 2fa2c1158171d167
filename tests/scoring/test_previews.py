"""What conditions match now, as the form of conditions says it."""

import re
from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from leadhub.conditions.fields import ATTRIBUTES, EVENT
from leadhub.conditions.parse import parse
from leadhub.records.models import Contact
from leadhub.users.models import Role
from scoring import previews, starter
from scoring.previews import Mistyped
from tests.scoring.people import contact, did, moment, today

DAY = date(2026, 3, 2)


def about(fields, *rows, joined="all"):
    return parse({joined: list(rows)}, fields)


@pytest.fixture
def visits(db):
    person = contact()
    for path in ("/pricing", "/pricing/teams", "/blog"):
        did(person, "", DAY, kind="page", path=path, seats=5)
    did(person, "", DAY, kind="page", path="/pricing", is_bot=True)
    did(person, "", DAY, kind="page", path=["/pricing"], seats="many")


def test_events_that_match(visits):
    node = about(EVENT, {"field": "properties.path", "path_matches": "/pricing**"})
    found = previews.of_events(node)
    assert (found.matching, found.looked_at, found.is_everything) == (2, 4, True)
    assert len(found.examples) == 2
    assert found.mistyped == (Mistyped("path", "list", 1),)


def test_a_number_that_was_text_is_counted_and_does_not_match(visits):
    found = previews.of_events(about(EVENT, {"field": "properties.seats", "at_least": 1}))
    assert found.matching == 3
    assert found.mistyped == (Mistyped("seats", "text", 1),)


def test_what_one_of_several_comparisons_can_compare_is_of_no_other_type(visits):
    rows = {"field": "properties.seats", "above": 6}, {"field": "properties.seats", "is": "many"}
    found = previews.of_events(about(EVENT, *rows, joined="any"))
    assert (found.matching, found.mistyped) == (1, ())


def test_contacts_that_match_today(db):
    contact(attributes={"trial": today().isoformat()})
    contact(attributes={"trial": "2020-01-01"})
    contact(attributes={"trial": "soon"})
    contact()
    node = about(ATTRIBUTES, {"field": "contact.attributes.trial", "within_days": 30})
    found = previews.of_contacts(node, day=today())
    assert (found.matching, found.looked_at) == (1, 4)
    assert found.mistyped == (Mistyped("trial", "text", 1),)


def test_employees_that_came_as_text(db):
    contact(company={"employees": 80})
    contact(company={"attributes": {"employees": "some 50"}})
    contact(company={"employees": 20, "attributes": {"employees": "20+"}})
    node = about(ATTRIBUTES, {"field": "company.employees", "at_least": 50})
    found = previews.of_contacts(node, day=today())
    assert found.matching == 1
    assert found.mistyped == (Mistyped("company employees", "text", 1),)


def test_free_mail_and_merged_contacts(db):
    survivor = contact("someone@gmail.com")
    contact("someone@example.com")
    Contact.objects.create(email="again@gmail.com", root=survivor)
    found = previews.of_contacts(
        about(ATTRIBUTES, {"field": "contact.email", "is_free_mail": True}), day=today()
    )
    assert (found.matching, found.looked_at, found.examples) == (1, 2, (survivor.pk,))


def test_it_stops_after_a_while_and_says_so(visits, monkeypatch):
    monkeypatch.setattr(previews, "AT_ONCE", 2)
    node = about(EVENT, {"field": "kind", "is": "page"})
    found = previews.of_events(node, seconds=0)
    assert 0 < found.looked_at <= 2
    assert not found.is_everything
    assert previews.of_events(node).looked_at == 4


def test_nothing_there(db):
    node = about(EVENT, {"field": "kind", "is": "page"})
    assert previews.of_events(node) == previews.Preview("events")


def typed(*rows, name="fit_criteria-3-conditions"):
    data = {f"{name}-joined": "all", f"{name}-0-joined": "all"}
    for number, (field, operator, value) in enumerate(rows):
        row = f"{name}-0-{number}"
        data |= {f"{row}-field": field, f"{row}-operator": operator, f"{row}-value": value}
    return data


def ask(client, about, data):
    return client.post(reverse("condition-preview", args=[about]), data).content.decode()


def test_the_form_is_told_while_it_is_edited(marketer_client, visits):
    page = ask(marketer_client, "events", typed(("properties.seats", "at_least", "1")))
    assert "<strong>3</strong> of 4 events match now" in page
    assert "“seats” was text in 1 event" in page
    unfinished = ask(marketer_client, "events", typed(("properties.seats", "at_least", "")))
    assert "needs a number" in unfinished
    assert "Give at least one condition" in ask(marketer_client, "contacts", {})
    assert "This is no JSON" in ask(marketer_client, "contacts", {"conditions-json": "{"})


def test_fields_and_values_are_offered(marketer_client, visits):
    cache.clear()
    fields = marketer_client.get(reverse("condition-fields", args=["events"])).content.decode()
    assert 'value="properties.path"' in fields
    asked = {"conditions-0-0-field": "properties.path"}
    values = marketer_client.get(reverse("condition-values", args=["events"]), asked)
    assert 'value="/pricing"' in values.content.decode()
    assert marketer_client.get(reverse("condition-values", args=["leads"])).status_code == 404
    cache.clear()


def test_a_property_offers_the_operators_for_what_occurs_in_it(marketer_client):
    person = contact()
    for seats, when in ((5, "2026-03-01"), (7.5, "2026-03-02T10:00:00Z")):
        did(person, "Subscribed", DAY, seats=seats, when=when, paid=True, plan="pro", tags=["a"])
    did(person, "Subscribed", DAY, both=3)
    did(person, "Subscribed", DAY, both="three")
    cache.clear()

    def offered(name: str, about="events") -> set[str]:
        asked = {"conditions-0-0-field": name, "conditions-0-0-operator": "is_not"}
        url = reverse("condition-operators", args=[about])
        page = marketer_client.get(url, asked).content.decode()
        assert '<option value="is_not" selected>' in page
        return set(re.findall(r'value="(\w+)"', page))

    everything = offered("properties.unheard_of")
    texts, numbers, dates = {"contains", "starts_with", "path_matches"}, {
        "above", "at_least", "below", "at_most",
    }, {"before", "after"}  # fmt: skip
    any_kind = everything - texts - numbers - dates
    assert offered("properties.seats") == any_kind | numbers
    assert offered("properties.plan") == any_kind | texts
    assert offered("properties.when") == any_kind | texts | dates
    assert offered("properties.paid") == any_kind
    assert offered("properties.both") == any_kind | texts | numbers
    assert offered("properties.tags") == offered("") == everything
    assert offered("name") == any_kind | texts
    assert "within_days" in offered("contact.attributes.trial", "contacts")
    cache.clear()


def test_a_definition_says_what_it_compares_with_another_type(marketer_client, visits):
    live = starter.install(at=moment(DAY))
    contact(company={"attributes": {"employees": "some 50"}})
    url = reverse("admin:scoring_definition_types", args=[live.pk])
    page = marketer_client.get(url).content.decode()
    assert "“company employees” was text in 1 of 2 contacts" in page
    assert "“path” was list in 1 of 4 events" in page
    assert "Of another type" in page
    change = marketer_client.get(reverse("admin:scoring_definition_change", args=[live.pk]))
    assert f'hx-get="{url}"' in change.content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_in_the_browser_rows_offer_what_occurs_and_say_what_matches(page_of, user_of):
    person = contact()
    for path in ("/pricing", "/blog"):
        did(person, "", DAY, kind="page", path=path)
    cache.clear()
    page = page_of(user_of(Role.MARKETER))
    page.goto(reverse("admin:scoring_signal_add"))
    field = page.get_by_label("Field", exact=True).first
    field.focus()
    page.locator(".conditions-fields option[value='properties.path']").wait_for(state="attached")
    field.fill("properties.path")
    value = page.get_by_label("Value", exact=True).first
    value.focus()
    page.locator(".conditions-values option[value='/pricing']").wait_for(state="attached")
    value.fill("/pricing")
    page.get_by_text("1 of 2 events match now").wait_for()
    page.get_by_role("button", name="Add a row").first.click()
    page.get_by_label("Field", exact=True).nth(1).fill("kind")
    page.get_by_label("Value", exact=True).nth(1).fill("track")
    page.get_by_text("0 of 2 events match now").wait_for()
    operators = page.get_by_label("Operator", exact=True)
    operators.nth(1).locator("option[value=above]").wait_for(state="detached")
    assert operators.nth(1).locator("option[value=contains]").count() == 1
    page.get_by_role("button", name="Add a row").first.click()
    operators.nth(2).locator("option[value=above]").wait_for(state="attached")
