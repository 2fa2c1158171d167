"""Requests that no page makes: numbers beyond any column, NULs, days at the end of time, JSON that
never ends. Each is answered as something that isn't there, or beside its field; none by a 500.
"""

import pytest
from django.urls import reverse

from leadhub.users.models import Role
from tests.clients import signed_in
from tests.forms import as_typed
from tests.handoff.builders import a_contact, a_lead, a_reason, the_definition

LONG, BEYOND = "9" * 5000, "9" * 25
DAYS = ("0001-01-01", "9999-12-31")
# `json.loads` gives up on these by another error than on what is merely no JSON.
DEEP = '{"all":[' * 100_000


@pytest.fixture
def boss(user_of):
    """The client of someone who may do everything."""
    client = signed_in(user_of(Role.ADMINISTRATOR))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("number", [LONG, BEYOND])
def test_numbers_beyond_any_column(boss, number):
    lead = a_lead()
    reject = {"seen": "1", "reason": number}
    answers = [
        boss.post(reverse("inbox-undo"), {"transitions": number}),
        boss.post(reverse("reject", args=[lead.pk]), reject),
        boss.post(reverse("inbox-bulk"), {"action": "accept", "chosen": f"{number}:1"}),
        boss.post(reverse("worklist-act", args=["rejected"]), {"only": f"{number}:1"}),
        boss.post(reverse("worklist-act", args=["held"]), {"only": number}),
        boss.post(f"/inbox/{number}/accept", {"seen": "1"}),
        boss.get(f"/inbox/{number}"),
        boss.get(f"/contacts/{number}/receipt.json"),
        boss.get(reverse("contact-timeline", args=[lead.contact_id]),
                 {"after": f"2026-01-01T00:00:00+00:00~{number}~1"}),
        boss.get(reverse("contact-timeline", args=[lead.contact_id]),
                 {"after": "0001-01-01T00:00:00+14:00~1~1"}),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []


@pytest.mark.parametrize("day", DAYS)
def test_days_at_the_end_of_time(boss, day):
    the_definition()
    reason, lead = a_reason("timing"), a_lead()
    who = f"#{lead.contact_id}"
    bots = {"kind": "contact", "named": who, "since": "0001-01-01", "until": day}
    said = {"seen": "1", "reason": reason.pk, "returns_on": day}
    for answer in (
        boss.post(reverse("bots"), bots),
        boss.get(reverse("bots")),
        boss.get(reverse("contact-receipt", args=[lead.contact_id]), {"day": day, "version": 1}),
        boss.get(reverse("contact", args=[lead.contact_id]), {"day": day, "version": 1}),
        boss.post(reverse("snooze", args=[lead.pk]), {"seen": "1", "until": f"{day}T00:00"}),
        boss.post(reverse("reject", args=[lead.pk]), said),
        boss.get(reverse("lead", args=[lead.pk])),
        boss.get(reverse("contact", args=[lead.contact_id])),
    ):
        assert answer.status_code < 500


def test_nuls_in_what_no_form_reads(boss):
    contact, other, third = a_contact(), a_contact(), a_contact()
    for answer in (
        boss.post(reverse("inbox-save-view"), {"name": "a\0b"}),
        boss.get(reverse("inbox")),
        boss.post(reverse("inbox-forget-view"), {"name": "a\0b"}),
        boss.post(reverse("merge", args=[contact.pk]), {"with": "a\0b"}),
        boss.post(reverse("merge", args=[other.pk]), {"with": f"#{third.pk}", "why": "a\0b"}),
        boss.post(reverse("worklist-act", args=["held"]), {"only": "1", "back": "/lists\0"}),
    ):
        assert answer.status_code < 500


@pytest.mark.parametrize("about", ["events", "contacts"])
@pytest.mark.parametrize("typed", [DEEP, "[" * 100_000, LONG, '"\\ud800"'])
def test_conditions_that_never_end(boss, about, typed):
    address = reverse("condition-preview", args=[about])
    assert boss.post(address, {"conditions-json": typed}).status_code == 200


@pytest.mark.parametrize(
    ("operator", "typed"),
    [
        ("above", "[" * 100_000),
        ("is", LONG),
        ("is", '"\\ud800"'),
        ("is", "\0"),
        ("is_one_of", "a\rb"),
        ("is_one_of", "a\nb"),
        ("is_one_of", "x" * 200_000),
        ("is_one_of", ""),
        ("path_matches", "**a" * 30_000),
        ("contains", "x" * 1_000_000),
    ],
)
def test_values_that_never_end(boss, operator, typed):
    row = {
        "conditions-0-joined": "all",
        "conditions-0-0-field": "properties.path",
        "conditions-0-0-operator": operator,
        "conditions-0-0-value": typed,
    }
    assert boss.post(reverse("condition-preview", args=["events"]), row).status_code == 200


@pytest.mark.parametrize("value", [LONG, "NaN", "1e400", '"\\ud800"', '"a\\u0000b"', "[" * 100_000])
def test_custom_attributes_that_no_database_keeps(boss, value):
    contact = a_contact()
    page = reverse("admin:records_contact_change", args=[contact.pk])
    typed = as_typed(boss.get(page).content.decode())
    answer = boss.post(page, typed | {"attributes": f'{{"plan": {value}}}'})
    assert answer.status_code == 200
    assert "Enter a valid JSON." in answer.content.decode()


def test_custom_attributes_that_both_keep(boss):
    contact = a_contact()
    page = reverse("admin:records_contact_change", args=[contact.pk])
    typed = as_typed(boss.get(page).content.decode())
    boss.post(page, typed | {"attributes": '{"plan": "größer 🌍", "seats": 3}'})
    contact.refresh_from_db()
    assert contact.attributes == {"plan": "größer 🌍", "seats": 3}


@pytest.mark.parametrize("number", ["9" * 19, BEYOND])
@pytest.mark.parametrize(
    "address", ["handoff/repterms/{}/change/", "handoff/transition/?at__year={}"]
)
def test_addresses_of_the_admin_with_numbers_beyond_any_column(boss, address, number):
    answer = boss.get(f"/admin/{address.format(number)}")
    assert answer.status_code in (302, 404)
