"""The reports' pages: every number leads to just as many rows, and rows stay in their scope."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from handoff.models import Lead
from leadhub.records.models import Contact
from tests.clients import signed_in
from tests.reports.world import World

pytestmark = pytest.mark.django_db

PAGES = ("/marketing", "/sales", "/funnel")
NUMBER = re.compile(r'<a href="([^"]+)" data-count="(\d+)">')


@pytest.fixture
def world(db) -> World:
    return World(at=timezone.now(), seed=4, contacts=45)


def numbers_on(client: Client, path: str) -> dict[str, int]:
    page = client.get(path).content.decode()
    return {unescape(href): int(count) for href, count in NUMBER.findall(page)}


def rows_at(client: Client, path: str) -> int:
    page = client.get(path).content.decode()
    return int(re.search(r'data-rows="(\d+)"', page)[1])


@pytest.mark.parametrize("path", PAGES)
def test_every_number_leads_to_as_many_rows(world, path):
    client = signed_in(world.people.manager)
    numbers = numbers_on(client, path)
    assert len(numbers) > 15
    assert {href: rows_at(client, href) for href in numbers} == numbers


def test_a_rep_counts_and_finds_only_what_the_own_team_may_see(world):
    rep = world.people.reps[0]
    client = signed_in(rep)
    numbers = numbers_on(client, "/sales")
    assert {href: rows_at(client, href) for href in numbers} == numbers
    strangers = Lead.objects.exclude(team=None).exclude(team=rep.team).exclude(owner=rep)
    assert strangers.exists()
    assert rows_at(client, "/leads") == Lead.objects.count() - strangers.count()


@pytest.mark.parametrize("path", ["/marketing", "/funnel", "/reports/contacts"])
def test_a_rep_has_no_business_on_the_others_pages(world, path):
    assert signed_in(world.people.reps[0]).get(path).status_code == 403


def test_a_marketer_sees_marketing_and_its_lists_but_not_sales(world):
    client = signed_in(world.people.marketer)
    assert client.get("/sales").status_code == 403
    numbers = numbers_on(client, "/marketing")
    assert {href: rows_at(client, href) for href in numbers} == numbers


@pytest.mark.parametrize(
    "path",
    [
        "/leads?stage=nonsense",
        "/leads?team=999&since=yesterday",
        "/leads?reason=nothing&page=-3",
        "/leads?until=9999-12-31&since=0001-01-01",
        "/reports/contacts?on=nonsense",
        "/reports/contacts?missing=contact.password&until=9999-12-31",
        "/marketing?since=9999-12-31&until=10000-01-01",
    ],
)
def test_a_senseless_address_is_no_failure(world, path):
    assert signed_in(world.people.manager).get(path).status_code == 200


@pytest.mark.parametrize(
    "path", [*PAGES, "/leads", "/reports/contacts", "/reports/contacts?on=near"]
)
def test_pages_without_anything_name_the_next_action(client_of, manager, path):
    page = client_of(manager).get(path).content.decode()
    assert 'class="empty' in page
    assert "0%" not in page


@pytest.mark.parametrize(
    "path",
    [
        *PAGES,
        "/leads",
        "/reports/contacts",
        "/reports/contacts?on=waiting",
        "/reports/contacts?on=near",
    ],
)
def test_pages_ask_as_often_for_10_rows_as_for_200(world, path, django_assert_max_num_queries):
    client = signed_in(world.people.manager)

    def queries() -> int:
        with django_assert_max_num_queries(25) as asked:
            client.get(path)
        return len(asked)

    Lead.objects.filter(pk__in=Lead.objects.values("pk")[12:]).delete()
    few = queries()
    Lead.objects.bulk_create(
        Lead(
            contact=contact,
            stage="queued",
            origin="score",
            definition=world.definition,
            handed_over_at=timezone.now() - timedelta(hours=hour),
            stage_since=timezone.now(),
        )
        for hour, contact in enumerate(
            Contact.objects.bulk_create(
                Contact(email=f"many{i}@example.com", company=world.companies[i % 5])
                for i in range(200)
            )
        )
    )
    assert queries() == few
