"""What traits mean, as a table."""

import pytest

from leadhub.records.free_mail import company_domain
from leadhub.records.traits import NotUnderstood, clean_email, company_values, contact_values

CONTACT = [
    ({"firstName": "Ann", "last_name": "B"}, {"first_name": "Ann", "last_name": "B"}),
    ({"name": "Ann van B"}, {"first_name": "Ann", "last_name": "van B"}),
    ({"name": "Ann B", "firstName": "A"}, {"attributes.name": "Ann B", "first_name": "A"}),
    ({"title": "VP"}, {"job_title": "VP"}),
    ({"Job Title": " VP "}, {"job_title": "VP"}),
    ({"phone": 49123}, {"phone": "49123"}),
    ({"phone": None}, {"phone": None}),
    ({"phone": ["1"]}, {"attributes.phone": ["1"]}),
    ({"phone": "1" * 41}, {"attributes.phone": "1" * 41}),
    ({"unsubscribed": "yes"}, {"opted_out": True}),
    ({"subscribed": False}, {"opted_out": True}),
    ({"consent": "perhaps"}, {"attributes.consent": "perhaps"}),
    ({"address": {"country": "DE"}}, {"attributes.address": {"country": "DE"}, "country": "DE"}),
    ({"plan": {"a": 1}, "email": "x", "id": 7}, {"attributes.plan": {"a": 1}}),
    ({"doNotContact": True}, {"do_not_contact": True}),
]
COMPANY = [
    ({"employees": "1,200"}, {"employees": 1200}),
    ({"employeeCount": 12.0}, {"employees": 12}),
    ({"employees": "51-200"}, {"attributes.employees": "51-200"}),
    ({"employees": -1}, {"attributes.employees": -1}),
    ({"employees": True}, {"attributes.employees": True}),
    ({"website": "https://www.example.co.uk/about?x"}, {"domain": "example.co.uk"}),
    ({"website": "localhost"}, {"domain": None}),
    ({"annual_revenue": 5}, {"revenue": 5}),
    ({"status": "Customer"}, {"status": "customer"}),
    ({"status": "nice"}, {"attributes.status": "nice"}),
]


@pytest.mark.parametrize(("traits", "values"), CONTACT)
def test_of_a_contact(traits, values):
    assert contact_values(traits, is_trusted=True) == values


@pytest.mark.parametrize(("traits", "values"), COMPANY)
def test_of_a_company(traits, values):
    assert company_values(traits, is_trusted=True) == values


def test_what_only_trusted_sources_may_say():
    assert contact_values({"doNotContact": True}, is_trusted=False) == {
        "attributes.doNotContact": True
    }
    assert company_values({"status": "customer"}, is_trusted=False) == {
        "attributes.status": "customer"
    }


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("a@example-corp.com", "example-corp.com"), ("a@mail.example.co.uk", "example.co.uk"),
        ("a@gmail.com", ""), ("a@mailinator.com", ""), ("a@GMX.de", ""), ("a@localhost", ""),
    ],
)  # fmt: skip
def test_the_company_of_an_email(email, domain):
    assert company_domain(email) == domain


@pytest.mark.parametrize("email", ["nobody", "a@b", "a b@c.de", "@c.de", "a@c.de, b@c.de", 7, []])
def test_no_email(email):
    with pytest.raises(NotUnderstood):
        clean_email(email)
