"""Prepared queries: the same rows as the query itself, with the values of each call."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Value
from django.utils import timezone

from leadhub.among import Among
from leadhub.prepared import Prepared
from leadhub.records.models import Contact

pytestmark = pytest.mark.django_db
NOW = timezone.now()
built = []


@Prepared
def known_since(fields: tuple, *, at: datetime, least: int, company: int | None):
    built.append(fields)
    found = Contact.objects.filter(created_at__gte=at, pk__gte=least, company=company)
    return found.order_by("pk").values_list(*fields)


@pytest.fixture
def people():
    return [
        Contact.objects.create(email=f"p{n}@example.com", created_at=NOW + timedelta(days=n))
        for n in range(4)
    ]


def test_each_call_has_its_own_values(people):
    first, _, third, fourth = people
    rows = known_since(("pk",), at=NOW, least=first.pk, company=None)
    assert rows == [(person.pk,) for person in people]
    tomorrow = NOW + timedelta(days=1)
    rows = known_since(("pk",), at=tomorrow, least=third.pk, company=None)
    assert rows == [(third.pk,), (fourth.pk,)]
    assert known_since(("pk",), at=NOW, least=first.pk, company=1) == []


def test_it_is_put_together_once_a_kind_and_outline(people):
    known_since(("email",), at=NOW, least=0, company=None)
    built.clear()
    for days in range(3):
        known_since(("email",), at=NOW + timedelta(days), least=days, company=None)
    assert built == []
    known_since(("email", "pk"), at=NOW, least=0, company=None)
    known_since(("email", "pk"), at=NOW, least=0, company=7)
    assert built == [("email", "pk"), ("email", "pk")]


@Prepared
def called(*, email: str, other: str | None):
    return Contact.objects.filter(email__in=[email, other]).values_list("email", flat=True)


def test_texts_are_values_too(people):
    odd = Contact.objects.create(email='it\'s "100 %s" $1@example.com')
    for one in (*people, odd):
        assert called(email=one.email, other=None) == [one.email]
    assert called(email="", other=odd.email) == [odd.email]
    assert called(email="' OR ''='", other="") == []


def test_a_value_that_the_sql_itself_would_hold_is_refused():
    @Prepared
    def first_ones(*, number: int):
        return Contact.objects.all()[:number]

    with pytest.raises(LookupError, match="number"):
        first_ones(number=3)


def test_a_value_that_would_stay_within_a_text_is_refused():
    @Prepared
    def family(*, person: int):
        return Contact.objects.filter(Among("pk", [person]))

    with pytest.raises(LookupError, match="person"):
        family(person=3)


@Prepared
def told_of(words: str, *, least: int) -> list:
    found = Contact.objects.filter(pk__gte=least, email__startswith="p%s")
    return found.annotate(words=Value(words)).order_by("pk").values_list("words", "pk")


def test_what_the_sql_says_besides_the_values_stays_as_it_is(people):
    odd = Contact.objects.create(email="p%s3@example.com")
    assert told_of("100 %, %s and $1", least=0) == [("100 %, %s and $1", odd.pk)]
    assert told_of("100 %, %s and $1", least=odd.pk + 1) == []


@pytest.mark.django_db(transaction=True)
def test_another_connection_is_asked_as_well(people):
    asked = {"at": NOW, "least": 0, "company": None}
    before = known_since(("pk",), **asked)
    connection.close()
    assert known_since(("pk",), **asked) == before != []


def test_queries_that_differ_in_a_word_alone_have_plans_of_their_own(people):
    odd = Contact.objects.create(email="p%s3@example.com")
    assert told_of("one", least=0) == [("one", odd.pk)]
    assert told_of("two", least=0) == [("two", odd.pk)]


@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite plans by itself")
@pytest.mark.django_db(transaction=True)
def test_plans_that_the_server_has_no_longer_are_made_anew(people):
    asked = {"at": NOW, "least": 0, "company": None}
    before = known_since(("pk",), **asked)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert known_since(("pk",), **asked) == before != []


@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite plans by itself")
def test_a_connection_plans_it_once_for_whatever_values(people):
    for days in range(12):
        known_since(("pk", "email"), at=NOW + timedelta(days), least=days, company=None)
    planned = "SELECT generic_plans > 0 FROM pg_prepared_statements WHERE statement LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(planned, ['%leadhub_% SELECT%id%email%FROM "records_contact" WHERE%'])
        assert cursor.fetchall() == [(True,)]
