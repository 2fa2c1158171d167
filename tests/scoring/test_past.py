"""Attributes as of any day: what was known then, what is assumed, and who said it."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings

from leadhub.records import facts
from leadhub.records.models import Company, Contact, Source
from scoring.definition import Criterion, Definition, Disqualifier, FitGroup
from scoring.receipts import receipts_of
from tests.scoring.people import contact
from tests.scoring.test_definition import about, weight

pytestmark = pytest.mark.django_db
JANUARY, MARCH, MAY, JULY = (date(2026, month, 1) for month in (1, 3, 5, 7))


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=settings.ORGANISATION_ZONE)


def source(kind: str = "server") -> Source:
    return Source.objects.get_or_create(name=f"Tests of {kind}", defaults={"kind": kind})[0]


def is_said(person: Contact, day: date, kind: str = "server", **values) -> None:
    facts.describe_contact(contact=person, values=values, source=source(kind), at=at_noon(day))


def company_is_said(company: Company, day: date, **values) -> None:
    facts.describe_company(company=company, values=values, source=source(), at=at_noon(day))


def known_since(row: Contact | Company, day: date):
    type(row).objects.filter(pk=row.pk).update(created_at=at_noon(day))


def criterion(points: int, field: str, operator: str, value) -> Criterion:
    conditions = about(field, operator, value)
    return Criterion(group="All", name=f"{field} {value}", points=points, conditions=conditions)


DEFINITION = Definition(
    weights=(weight(),),
    fit_groups=(FitGroup(name="All", cap=100),),
    fit_criteria=(
        criterion(1, "contact.job_title", "is", "VP"),
        criterion(2, "contact.attributes.plan", "is", "pro"),
        criterion(4, "company.employees", "at_least", 100),
        criterion(8, "company.industry", "is", "software"),
    ),
    disqualifiers=(
        Disqualifier(name="Student", conditions=about("contact.role", "is", "student")),
    ),
    minimum_fit=0,
)


def receipt(person: Contact, day: date):
    return receipts_of([person.pk], definition=DEFINITION, day=day)[person.pk]


def fits(person: Contact, *days: date) -> list[int]:
    return [receipt(person, day).fit for day in days]


def test_a_title_counts_from_the_day_on_which_it_was_said_until_another_is():
    person = contact()
    known_since(person, JANUARY)
    is_said(person, MARCH, job_title="Analyst")
    is_said(person, MAY, job_title="VP")
    is_said(person, JULY, job_title="Chief of Staff")
    assert fits(person, MARCH, MAY - timedelta(days=1), MAY, JULY) == [0, 0, 1, 0]


def test_before_the_first_known_value_that_one_is_assumed():
    person = contact()
    is_said(person, MARCH, job_title="VP", **{"attributes.plan": "pro"})
    is_said(person, JULY, **{"attributes.plan": "free"})
    assert fits(person, JANUARY, MARCH, JULY) == [3, 3, 1]
    assert receipt(person, JANUARY).assumed == ("job title", "plan")
    assert receipt(person, MARCH).assumed == ()


def test_what_was_taken_back_is_unknown_from_then_on():
    person = contact()
    is_said(person, MARCH, **{"attributes.plan": "pro"})
    is_said(person, MAY, **{"attributes.plan": None})
    is_said(person, JULY, **{"attributes.plan": "pro"})
    assert fits(person, MARCH, MAY, JULY) == [2, 0, 2]
    assert "plan (up to +2)" in receipt(person, MAY).unknown


def test_a_companys_attributes_and_the_company_itself_have_histories():
    small, large = Company.objects.create(name="Small"), Company.objects.create(name="Large")
    company_is_said(small, JANUARY, employees=10)
    company_is_said(small, MAY, employees=200)
    company_is_said(large, JANUARY, employees=5000, industry="Software")
    person = contact()
    is_said(person, JANUARY, company=small.pk)
    is_said(person, JULY, company=large.pk)
    assert fits(person, MARCH, MAY, JULY - timedelta(days=1), JULY) == [0, 4, 4, 12]


def test_a_former_companys_later_changes_do_not_count():
    small, large = Company.objects.create(name="Small"), Company.objects.create(name="Large")
    company_is_said(small, JANUARY, employees=10)
    company_is_said(small, JULY, employees=200)
    person = contact()
    is_said(person, JANUARY, company=small.pk)
    is_said(person, MAY, company=large.pk)
    assert fits(person, MARCH, MAY, JULY) == [0, 0, 0]


def test_a_public_key_never_overrules_what_a_server_said_before_or_after():
    person = contact()
    is_said(person, MARCH, "browser", job_title="Analyst")
    is_said(person, MAY, "server", job_title="VP")
    is_said(person, JULY, "browser", job_title="Intern")
    assert fits(person, MARCH, MAY, JULY) == [0, 1, 1]


def test_opting_out_is_an_act_nobody_had_done_before():
    person = contact()
    is_said(person, MAY, opted_out=True)

    def may_be_approached(day: date) -> bool:
        gates = {gate.name: gate.holds for gate in receipt(person, day).gates}
        return gates["May be approached"]

    assert [may_be_approached(day) for day in (MARCH, MAY, JULY)] == [True, False, False]


def test_disqualified_on_the_days_on_which_they_were_a_student():
    person = contact()
    is_said(person, JANUARY, role="Student")
    is_said(person, MAY, role="Buyer")

    def disqualified(day: date) -> str:
        return next(gate.has for gate in receipt(person, day).gates if gate.name == "Disqualified")

    assert [disqualified(day) for day in (MARCH, MAY)] == ["Student", "no"]


def test_what_was_said_of_a_merged_contact_is_said_of_the_person():
    survivor, loser = contact(), contact()
    is_said(loser, MARCH, job_title="VP")
    is_said(survivor, JULY, job_title="Analyst")
    Contact.objects.filter(pk=loser.pk).update(root=survivor)
    assert fits(survivor, MARCH, MAY, JULY) == [1, 1, 0]


def test_of_nobody_with_a_history_nothing_is_asked_again(django_assert_max_num_queries):
    people = [contact(job_title="VP") for _ in range(30)]
    later = date.today() + timedelta(days=1)
    with django_assert_max_num_queries(7):
        receipts_of([one.pk for one in people], definition=DEFINITION, day=later)
