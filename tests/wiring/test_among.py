"""Rows of many ids, asked for by one value."""

import pytest
from django.db.models import Q

from leadhub.among import Among
from leadhub.records.models import Company, Contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[Contact]:
    firms = [Company.objects.create(domain=f"firm{n}.example.com") for n in range(3)]
    return [
        Contact.objects.create(email=f"{n}@example.com", company=firms[n % 3]) for n in range(9)
    ]


def test_it_finds_what_in_finds_on_a_column_and_across_a_join(people):
    chosen = [person.pk for person in people[::2]] + [10**17]
    firms = {person.company_id for person in people[:2]}
    found = Contact.objects.filter(Among("pk", chosen), Among("company__pk", firms)).order_by("pk")
    assert list(found) == list(
        Contact.objects.filter(pk__in=chosen, company__in=firms).order_by("pk")
    )
    assert not Contact.objects.filter(Among("pk", [])).exists()
    either = Contact.objects.filter(Q(Among("pk", chosen[:1])) | ~Q(Among("company", firms)))
    assert set(either) == {people[0], *people[2::3]}


def test_it_is_one_value_however_many_ids(people):
    many = Contact.objects.filter(Among("pk", [people[3].pk, *range(10**9, 10**9 + 5000)]))
    assert len(many.query.sql_with_params()[1]) == 1
    assert list(many) == [people[3]]
    many.delete()
    assert Contact.objects.count() == len(people) - 1
