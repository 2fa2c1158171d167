"""Conditions as rows of a form: what is stored comes back, what can't be meant is refused."""

import html
import re

import pytest
from django import forms

from leadhub.conditions.fields import ATTRIBUTES, EVENT
from leadhub.conditions.forms import ConditionsField
from scoring import starter
from tests.forms import as_typed

STORED = [
    (EVENT, {"all": [{"field": "name", "is": "Demo Requested"}]}),
    (EVENT, {"any": [{"field": "kind", "is": "page"}, {"field": "name", "contains": "x"}]}),
    (EVENT, starter.PRICING),
    (EVENT, {"all": [{"field": "properties.plan.seats", "is_one_of": [5, "5", True, "a, b"]}]}),
    (EVENT, {"all": [{"field": "properties.zip", "is": "00123"}]}),
    (EVENT, {"all": [{"field": "properties.x", "is_not": '"quoted"'}]}),
    (ATTRIBUTES, {"all": [{"field": "company.employees", "at_least": 50}]}),
    (ATTRIBUTES, {"all": [{"field": "company.employees", "is_one_of": [1, 2.5]}]}),
    (ATTRIBUTES, {"all": [{"field": "contact.email", "is_free_mail": False}]}),
    (ATTRIBUTES, {"all": [{"field": "contact.attributes.trial", "within_days": 30}]}),
    *((ATTRIBUTES, criterion[3]) for criterion in starter.CRITERIA),
    *((ATTRIBUTES, disqualifier[1]) for disqualifier in starter.DISQUALIFIERS),
    # Mixed levels, and deeper than rows can show.
    (
        EVENT,
        {
            "all": [
                {"field": "kind", "is": "page"},
                {"field": "name", "is_known": True},
                {"any": [{"field": "name", "is": "a"}, {"field": "name", "is": "b"}]},
            ]
        },
    ),
    (EVENT, {"all": [{"any": [{"all": [{"field": "name", "is": "a"}]}]}]}),
]


def form_of(fields):
    return type("Form", (forms.Form,), {"conditions": ConditionsField(fields=fields)})


@pytest.mark.parametrize(("fields", "stored"), STORED)
def test_what_is_stored_comes_back_from_the_form(fields, stored):
    form = form_of(fields)
    data = as_typed(str(form(initial={"conditions": stored})))
    sent = form(data, initial={"conditions": stored})
    assert sent.is_valid(), sent.errors
    assert sent.cleaned_data["conditions"] == stored
    assert not sent.has_changed()


def rows(*typed, joined="all"):
    data = {"conditions-0-joined": joined}
    for number, (field, operator, value) in enumerate(typed):
        row = f"conditions-0-{number}"
        data |= {f"{row}-field": field, f"{row}-operator": operator, f"{row}-value": value}
    return data


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ([("", "is", "")], "Give at least one condition"),
        ([("nmae", "is", "x")], "Row 1: there is no field 'nmae'"),
        ([("name", "is", "x"), ("name", "is", " ")], "Row 2: “is” needs a text"),
        ([("name", "above", "3")], "Row 1: “is above” can't compare name"),
        ([("properties.seats", "above", "many")], "“is above” needs a number"),
        ([("name", "is_one_of", "")], "needs a list of values"),
        ([("name", "unheard_of", "x")], "needs exactly one of"),
        ([("", "is", "x")], "there is no field ''"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_row(typed, why):
    form = form_of(EVENT)(rows(*typed))
    assert not form.is_valid()
    assert why in form.errors["conditions"][0]
    assert form["conditions"].as_widget()


def offered_in(form: forms.Form, row: int) -> list[str]:
    """The operators that the row's list offers."""
    select = re.search(rf'<select name="conditions-0-{row}-operator".*?</select>', str(form), re.S)
    return re.findall(r'value="(\w+)"', select[0])


def test_a_row_offers_the_operators_of_its_fields_type():
    stored = {
        "all": [
            {"field": "contact.job_title", "is": "VP"},
            {"field": "company.employees", "at_least": 50},
            {"field": "contact.email", "is_free_mail": True},
            {"field": "contact.attributes.trial", "within_days": 30},
        ]
    }
    form = form_of(ATTRIBUTES)(initial={"conditions": stored})
    title, employees, email, anything, no_field_yet = (offered_in(form, row) for row in range(5))
    assert {"is", "is_one_of", "contains", "starts_with", "is_known"} <= set(title)
    assert {"is", "is_one_of", "above", "at_least", "below", "at_most"} <= set(employees)
    assert not {"above", "at_least", "below", "at_most", "before", "is_free_mail"} & set(title)
    assert not {"contains", "starts_with", "path_matches", "before"} & set(employees)
    assert set(email) == {*title, "is_free_mail"}
    assert {"contains", "above", "before", "within_days"} <= set(anything)
    assert set(no_field_yet) == {*anything, "is_free_mail"}
    assert "within_days" not in offered_in(form_of(EVENT)(initial={}), 0)


def test_what_is_wrong_stands_beside_its_row():
    sent = rows(
        ("contact.job_title", "above", "3"),
        ("company.employees", "at_least", "50"),
        ("company.employees", "contains", "5"),
    )
    sent |= {
        "conditions-1-0-field": "nmae",
        "conditions-1-0-operator": "is",
        "conditions-1-0-value": "x",
    }
    form = form_of(ATTRIBUTES)(sent)
    assert form.errors["conditions"] == [
        "Group 1, row 1: “is above” can't compare contact.job_title, a text.",
        "Group 1, row 3: “contains” can't compare company.employees, a number.",
        "Group 2, row 1: there is no field 'nmae'.",
    ]
    shown = html.unescape(str(form["conditions"]))
    beside = re.findall(r'class="conditions-wrong" id="(.*?)">(.*?)<', shown)
    assert beside == [
        ("id_conditions-0-0-wrong", "“is above” can't compare contact.job_title, a text."),
        ("id_conditions-0-2-wrong", "“contains” can't compare company.employees, a number."),
        ("id_conditions-1-0-wrong", "There is no field 'nmae'."),
    ]
    assert shown.count('aria-invalid="true"') == len(beside)
    assert all(f'aria-describedby="{place}"' in shown for place, _ in beside)
    assert {"above", "contains"} <= {*offered_in(form, 0), *offered_in(form, 2)}


def test_what_was_typed_stays_in_the_form_that_is_refused():
    form = form_of(EVENT)(rows(("nmae", "contains", "<b>")))
    assert not form.is_valid()
    assert 'value="nmae"' in str(form)
    assert "&lt;b&gt;" in str(form)


def test_removed_and_empty_rows_are_left_out():
    data = rows(("name", "is", "a"), ("", "is", ""), ("name", "is", "b"), ("kind", "is", "page"))
    form = form_of(EVENT)({**data, "conditions-0-2-remove": "1"})
    assert form.is_valid()
    assert form.cleaned_data["conditions"] == {
        "all": [{"field": "name", "is": "a"}, {"field": "kind", "is": "page"}]
    }


def test_groups_are_joined_as_chosen():
    data = rows(("kind", "is", "page"), ("name", "is", "a"))
    data |= {
        "conditions-joined": "any",
        "conditions-1-joined": "all",
        "conditions-1-0-field": "name",
        "conditions-1-0-operator": "is",
        "conditions-1-0-value": "b",
    }
    form = form_of(EVENT)(data)
    assert form.is_valid()
    assert form.cleaned_data["conditions"] == {
        "any": [
            {"all": [{"field": "kind", "is": "page"}, {"field": "name", "is": "a"}]},
            {"field": "name", "is": "b"},
        ]
    }


@pytest.mark.parametrize("typed", ["{", "[]", "3", '{"all": 3}', '{"any": [{"field": 1}]}'])
def test_json_that_is_none_or_no_condition_is_refused(typed):
    form = form_of(EVENT)({"conditions-json": typed})
    assert not form.is_valid()
    assert form.errors["conditions"]
    assert str(form)
