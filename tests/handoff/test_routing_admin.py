"""Routing in the admin: what is wrong with rules is pointed out; a dry run changes nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.models import Assignment, RoutingRule
from handoff.routing.rule_review import problems_of
from tests.handoff.builders import a_company, a_contact, a_team, a_user
from tests.handoff.test_routing import a_pool, a_rule

pytestmark = pytest.mark.django_db
CONTRADICT = "It can't match: its conditions contradict each other."


def field(operator: str, value, name: str = "company.employees") -> dict:
    return {"field": name, operator: value}


def country(operator: str, value) -> dict:
    return field(operator, value, "company.country")


@pytest.fixture
def pool():
    return a_pool(a_user(team=a_team()))


@pytest.mark.parametrize(
    ("rows", "contradict"),
    [
        ([country("is", "DE"), country("is", "FR")], True),
        ([country("is", "DE"), country("is", "de")], False),
        ([country("is_one_of", ["DE", "FR"]), country("is_not", "DE")], False),
        ([country("is_one_of", ["DE", "FR"]), country("is_not_one_of", ["fr", "de"])], True),
        ([country("is", "Germany"), country("starts_with", "fra")], True),
        ([country("is_known", False), country("contains", "x")], True),
        ([field("at_least", 100), field("at_most", 100)], False),
        ([field("above", 100), field("at_most", 100)], True),
        ([field("is", 50), field("at_least", 100)], True),
        ([{"any": [country("is", "DE"), country("is", "FR")]}, country("is", "SE")], True),
        ([{"any": [country("is", "DE"), country("is", "FR")]}, country("is", "FR")], False),
    ],
)
def test_a_rule_that_cannot_match_is_pointed_out(pool, rows, contradict):
    rule = a_rule(pool, *rows)
    assert problems_of([rule]) == ({rule.pk: [CONTRADICT]} if contradict else {})


@pytest.mark.parametrize(
    ("earlier", "later", "hides"),
    [
        ([], [country("is", "DE")], True),
        ([country("is", "DE")], [country("is", "de")], True),
        ([country("is", "DE")], [country("is", "DE"), field("above", 10)], True),
        ([country("is", "DE"), field("above", 10)], [country("is", "DE")], False),
        ([country("is_one_of", ["DE", "AT"])], [country("is", "AT")], True),
        ([country("is", "AT")], [country("is_one_of", ["DE", "AT"])], False),
        ([field("at_least", 100)], [field("above", 100)], True),
        ([field("above", 100)], [field("at_least", 100)], False),
        ([country("is_known", True)], [country("contains", "land")], True),
        ([country("is", "DE")], [], False),
        ([{"any": [country("is", "DE"), country("is", "FR")]}], [country("is", "FR")], True),
    ],
)
def test_a_rule_that_another_hides_is_pointed_out(pool, earlier, later, hides):
    first, second = a_rule(pool, *earlier), a_rule(pool, *later, position=1)
    said = f"It is never reached: “{first}” comes first and holds for all of it."
    assert problems_of([first, second]) == ({second.pk: [said]} if hides else {})


def test_a_pool_with_nobody_in_it_is_pointed_out():
    gone = a_user(team=a_team())
    gone.is_active = False
    gone.save()
    rule = a_rule(a_pool(gone))
    assert problems_of([rule]) == {rule.pk: ["Nobody in its pool can be given a lead."]}


def test_the_list_and_whoever_saves_a_rule_are_told(administrator_client, pool):
    a_rule(pool)
    hidden = a_rule(pool, country("is", "DE"), position=5)
    shown = administrator_client.get(reverse("admin:handoff_routingrule_changelist"))
    assert "It is never reached: “Rule 1” comes first" in shown.content.decode()
    saved = administrator_client.post(
        reverse("admin:handoff_routingrule_change", args=[hidden.pk]),
        {"name": "DACH", "position": 5, "is_active": "on", "pool": pool.pk,
         "conditions-0-0-field": "company.country", "conditions-0-0-operator": "is",
         "conditions-0-0-value": "AT"},
        follow=True,
    )  # fmt: skip
    assert "“DACH”: It is never reached" in saved.content.decode()
    hidden.refresh_from_db()
    assert hidden.conditions == {"all": [{"field": "company.country", "is": "AT"}]}


def test_a_rule_without_conditions_holds_for_everyone(administrator_client, pool):
    administrator_client.post(
        reverse("admin:handoff_routingrule_add"),
        {"name": "Everyone", "position": 9, "is_active": "on", "pool": pool.pk},
    )
    assert RoutingRule.objects.get().conditions is None


def test_a_dry_run_tells_whom_and_why(administrator_client, pool):
    a_rule(pool)
    owner = a_user("Olga Owner", team=a_team())
    contact = a_contact(email="Who@example.com", company=a_company(owner=owner))
    address = reverse("admin:handoff_routingrule_dry_run")
    page = administrator_client.get(address, {"email": "who@EXAMPLE.com"}).content.decode()
    assert f"{contact} would go to Olga Owner" in page
    assert "Olga Owner owns the company." in page
    unknown = administrator_client.get(address, {"email": "nobody@example.com"})
    assert "No contact has this e-mail." in unknown.content.decode()
    assert not Assignment.objects.exists()


def test_as_many_queries_for_many_rules_as_for_few(administrator_client, pool):
    def queries(number: int) -> int:
        for n in range(number):
            a_rule(pool, country("is", f"Country {RoutingRule.objects.count()}"), position=n)
        with CaptureQueriesContext(connection) as captured:
            administrator_client.get(reverse("admin:handoff_routingrule_changelist"))
        return len(captured)

    queries(1)
    assert queries(3) == queries(20)
