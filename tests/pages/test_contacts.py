"""The lists and pages of contacts and companies, as a rep opens them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.leads.timeline import ENTRIES, Place
from leadhub.records import merging
from leadhub.records.models import Company, Contact, Event
from scoring.models import ContactScore
from tests.pages import world

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [str(row.contact) for row in response.context["page"]]


def queries_for(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", ["/contacts", "/contacts?sort=-score", "/companies"])
def test_a_list_asks_as_often_for_200_rows_as_for_10(rep_client, address, monkeypatch):
    monkeypatch.setattr("leadhub.pagination.ROWS", 200)
    world.contacts(10, at=AT, among=world.companies(10))
    for_ten = queries_for(rep_client, address)

    firms = [Company(name=f"Another {n}", domain=f"another{n}.example.com") for n in range(190)]
    Company.objects.bulk_create(firms)
    more = Contact.objects.bulk_create(
        Contact(email=f"more{n}@example.com", company=firms[n]) for n in range(190)
    )
    live = ContactScore.objects.first().definition
    ContactScore.objects.bulk_create(
        ContactScore(
            contact=contact, definition=live, behaviour=1, fit=1, total=2, fit_possible=1,
            grade="D", band=4, high_intent=0, approachable=True, qualified=False,
            day=AT.date(), scored_at=AT,
        )
        for contact in more
    )  # fmt: skip

    assert queries_for(rep_client, address) == for_ten


def test_a_contact_page_asks_as_often_for_a_long_story(rep_client):
    firms = world.companies(1)
    hero, *_ = world.contacts(2, at=AT, among=firms)
    address = reverse("contact", args=[hero.pk])
    before = queries_for(rep_client, address)

    world.events([hero], each=60, at=AT + timedelta(hours=1))
    for n in range(20):
        Contact.objects.create(email=f"colleague{n}@example.com", company=firms[0])

    assert queries_for(rep_client, address) == before


@pytest.fixture
def three(db):
    """Three contacts with totals of 80, 50 and 20, and one without a score."""
    firm = Company.objects.create(name="Halden Paper", domain="halden.example.com")
    people = {
        name: Contact.objects.create(
            email=f"{name.lower()}@mail.example.com", first_name=name, company=company,
            source="Webinar" if name == "Bo" else "",
        )
        for name, company in (("Ada", firm), ("Bo", None), ("Chiara", None), ("Dmitri", None))
    }  # fmt: skip
    world.score(people["Ada"], behaviour=35, fit=45, at=AT)
    world.score(people["Bo"], behaviour=30, fit=20, at=AT)
    world.score(people["Chiara"], behaviour=20, fit=0, at=AT, disqualified_by="Students")
    return people


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Dmitri", "Chiara", "Bo", "Ada"]),
        ("sort=created", ["Ada", "Bo", "Chiara", "Dmitri"]),
        ("sort=-score", ["Ada", "Bo", "Chiara"]),
        ("sort=email", ["Ada", "Bo", "Chiara", "Dmitri"]),
        ("sort=nonsense", ["Dmitri", "Chiara", "Bo", "Ada"]),
        ("q=halden", ["Ada"]),
        ("q=ADA+paper", ["Ada"]),
        ("q=ada+bo", []),
        ("q=bo%40mail", ["Bo"]),
        ("grade=A", ["Ada"]),
        ("least=50", ["Bo", "Ada"]),
        ("standing=qualified", ["Ada"]),
        ("standing=disqualified", ["Chiara"]),
        ("source=webinar", ["Bo"]),
        ("grade=Z", ["Dmitri", "Chiara", "Bo", "Ada"]),
        ("least=many", ["Dmitri", "Chiara", "Bo", "Ada"]),
        ("page=2", []),
        ("page=99999999999999999999", ["Dmitri", "Chiara", "Bo", "Ada"]),
        ("page=-1", ["Dmitri", "Chiara", "Bo", "Ada"]),
    ],
)
def test_search_filters_and_order_stand_in_the_address(rep_client, three, query, expected):
    assert names(rep_client.get(f"/contacts?{query}")) == expected


def test_a_filter_that_is_no_number_says_so_beside_it(rep_client, three):
    assert b"Enter a number" in rep_client.get("/contacts?least=many").content


def test_pages_go_on_without_counting(rep_client, three, monkeypatch):
    monkeypatch.setattr("leadhub.pagination.ROWS", 3)

    first = rep_client.get("/contacts?q=mail")
    second = rep_client.get("/contacts?q=mail&page=2")

    assert names(first) + names(second) == ["Dmitri", "Chiara", "Bo", "Ada"]
    assert b'href="?q=mail&amp;page=2"' in first.content
    assert b'rel="next"' not in second.content


def test_a_merged_contact_shows_as_its_survivor(rep_client, three):
    merging.merge(loser=three["Bo"], survivor=three["Ada"], by=None, at=AT)
    world.events([three["Bo"]], each=1, at=AT)

    assert "Bo" not in names(rep_client.get("/contacts"))
    assert rep_client.get(reverse("contact", args=[three["Bo"].pk])).url == reverse(
        "contact", args=[three["Ada"].pk]
    )
    page = rep_client.get(reverse("contact", args=[three["Ada"].pk]))
    assert b"Visited Pricing" in page.content
    assert b"bo@mail.example.com" in page.content


def test_companies_show_their_people(rep_client, three):
    row = rep_client.get("/companies?q=halden").context["page"].rows[0]
    assert (row.contacts, row.qualified, row.best) == (1, 1, 80)

    page = rep_client.get(reverse("company", args=[row.company.pk]))
    assert names(page) == ["Ada"]


@pytest.mark.parametrize("route", ["contact", "contact-timeline", "company"])
def test_what_does_not_exist_is_not_found(rep_client, route):
    for pk in (1, 2**63, 10**30):
        assert rep_client.get(reverse(route, args=[pk])).status_code == 404


def test_a_timeline_comes_in_parts_without_gap_or_repetition(rep_client):
    hero = Contact.objects.create(email="hero@example.com")
    world.events([hero], each=2 * ENTRIES, at=AT)
    Event.objects.update(occurred_at=AT)  # all at once: only their numbers order them
    world.score(hero, behaviour=1, fit=1, at=AT)
    address, seen = reverse("contact-timeline", args=[hero.pk]), []

    while address:
        answer = rep_client.get(address)
        seen += [entry.place for entry in answer.context["entries"]]
        address = answer.context["more"]

    assert len(seen) == len(set(seen)) == 2 * ENTRIES + 1
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    "text", ["", "yesterday~1~2", "2026-03-10T12:00:00~1~2", "2026-03-10T12:00:00+00:00~1~-4", "~"]
)
def test_a_place_that_is_none_means_the_beginning(text):
    assert Place.read(text) is None


def test_a_rep_reads_of_handoffs_to_the_own_team_only(
    rep_client, other_rep_client, manager_client, team
):
    hero = Contact.objects.create(email="hero@example.com")
    world.handed_over(hero, at=AT, team=team)
    address = reverse("contact", args=[hero.pk])

    assert b"Handed over to sales" in rep_client.get(address).content
    assert b"Handed over to sales" in manager_client.get(address).content
    assert b"Handed over to sales" not in other_rep_client.get(address).content


def test_a_rep_reads_of_the_own_handoffs_whatever_the_team(
    other_rep_client, rep_of_other_team, team
):
    hero = Contact.objects.create(email="hero@example.com")
    lead = world.handed_over(hero, at=AT, team=team, owner=rep_of_other_team)
    page = other_rep_client.get(reverse("contact", args=[hero.pk])).content.decode()

    assert "Handed over to sales" in page
    assert reverse("lead", args=[lead.pk]) in page


def test_what_a_visitor_sends_shows_as_text(rep_client):
    hostile = world.someone_hostile(at=AT)
    addresses = [
        "/contacts",
        "/companies",
        f"/contacts?q=%3Cscript%3E{world.HOSTILE[:10]}",
        reverse("contact", args=[hostile.pk]),
        reverse("contact-timeline", args=[hostile.pk]),
        reverse("company", args=[hostile.company_id]),
    ]
    for address in addresses:
        page = rep_client.get(address).content.decode()
        assert "<script>document" not in page, address
        assert "<img src=x" not in page, address


@pytest.mark.parametrize("page", ["contacts", "companies", "leads"])
def test_where_nothing_came_in_yet_whoever_sets_up_is_led_to_the_first_steps(
    page, marketer_client, rep_client
):
    link = f'href="{reverse("start")}">See the steps to the first lead'
    assert link in marketer_client.get(reverse(page)).content.decode()
    assert link not in rep_client.get(reverse(page)).content.decode()
