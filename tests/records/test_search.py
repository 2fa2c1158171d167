"""Searching by words: both databases find what the plain rule finds."""

import pytest
from django.conf import settings
from django.db import connection

from leadhub import search
from leadhub.records.models import Company, Contact

pytestmark = pytest.mark.django_db
PEOPLE = [
    ("Ada", "Öztürk", "ada@acme.example", "Acme GmbH", "acme.example"),
    ("MÜLLER", "Lüdenscheidt-Überall", "m_1@example.com", "", ""),
    ("Jean", "O'Neil", "jean%neil@example.com", "Straße & Söhne", "strasse.example"),
    ("Li", "Wu", None, "ÅNGSTRÖM", ""),
    ("Анна", "Иванова-Петрова", None, "", ""),
    ("", "", "back\\slash@example.com", "100% sure_thing", "sure.example"),
]
TEXTS = [
    "ada", "ADA", "öz", "ÖZTÜRK", "müller", "überall", "lüdenscheidt-überall", "o'neil", "jean%",
    "%", "_", "m_1", "\\", "sure_", "0% s", "acme ada", "ada söhne", "söhne JEAN", "ångström li",
    "example", "nobody", "straße", "a", "", "иванова-петрова", "ИВАНОВА анна", "😀", "%%", "\\%",
]  # fmt: skip


@pytest.fixture
def people() -> list[Contact]:
    return [
        Contact.objects.create(
            first_name=first,
            last_name=last,
            email=email,
            company=Company.objects.create(name=name, domain=domain) if name else None,
        )
        for first, last, email, name, domain in PEOPLE
    ]


def stands_in(word: str, *texts: str | None) -> bool:
    return any(word.lower() in (text or "").lower() for text in texts)


@pytest.mark.parametrize("text", TEXTS)
def test_whoever_has_each_word_is_found(text, people):
    found = search.people_found(Contact.objects.all(), text)
    wanted = [
        person.pk
        for person, columns in zip(people, PEOPLE, strict=True)
        if all(stands_in(word, *columns) for word in text.split())
    ]
    assert sorted(found.values_list("pk", flat=True)) == wanted


@pytest.mark.parametrize("text", TEXTS)
def test_companies_are_found_by_name_and_domain(text, people):
    found = search.companies_found(Company.objects.all(), text)
    wanted = {
        (name, domain)
        for *_, name, domain in PEOPLE
        if name and all(stands_in(word, name, domain) for word in text.split())
    }
    assert set(found.values_list("name", "domain")) == wanted


@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite has no such index")
def test_the_indexes_find_people_and_are_made_once():
    assert search.make_indexes()
    assert search.make_indexes()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    plan = search.people_found(Contact.objects.order_by(), "öztürk acme").explain()
    assert "contact_words" in plan
    assert "company_words" in plan


@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite has no such index")
def test_whoever_may_not_add_the_extension_goes_on_without(people):
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION IF EXISTS pg_trgm CASCADE")
        cursor.execute("CREATE ROLE searcher")
        cursor.execute("SET LOCAL ROLE searcher")
        assert not search.make_indexes()
        cursor.execute("RESET ROLE")
    assert search.people_found(Contact.objects.all(), "öztürk").count() == 1
