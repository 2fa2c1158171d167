"""Demo data are marked as such on every page."""

import pytest
from django.utils import timezone

from leadhub.demo import tour
from leadhub.demo.models import DemoWorld
from leadhub.records.models import Contact, UserId
from tests.handoff.builders import a_lead
from tests.scoring.people import did, today

PAGES = ("/sign-in", "/inbox", "/contacts", "/admin/", "/demo", "/no-such-page")


@pytest.fixture
def demo(db):
    return DemoWorld.objects.create(seed=1, made_at=timezone.now(), ready_at=timezone.now())


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_that_its_data_are_invented(demo, administrator_client, client, address):
    visitor = client if address == "/sign-in" else administrator_client
    assert "Demo data" in visitor.get(address).content.decode()


def test_nothing_is_marked_without_a_demo_world(administrator_client):
    assert "Demo data" not in administrator_client.get("/contacts").content.decode()


def test_the_mark_and_the_tour_cost_no_query(
    db, administrator_client, django_assert_max_num_queries
):
    def queries() -> int:
        with django_assert_max_num_queries(50) as asked:
            administrator_client.get("/contacts")
        return len(asked)

    without = queries()
    DemoWorld.objects.create(seed=1, made_at=timezone.now(), ready_at=timezone.now())
    assert queries() == without
    DemoWorld.objects.all().delete()
    assert "Demo data" not in administrator_client.get("/contacts").content.decode()


def test_the_tour_says_who_can_where_nobody_can_switch(demo, rep_client):
    page = rep_client.get("/demo").content.decode()
    assert 'href="/tour/best-lead"' in page
    assert 'href="/tour/funnel"' not in page
    assert "Go there: a manager’s" in page
    assert rep_client.get("/tour/funnel").headers["Location"] == "/demo"
    assert rep_client.get("/tour/nowhere").status_code == 404


def test_a_stop_leads_there_and_the_next_page_tells_of_it(demo, manager_client):
    assert manager_client.get("/tour/funnel").headers["Location"] == "/funnel"
    page = manager_client.get("/funnel").content.decode()
    assert tour.STOPS["funnel"].text in page
    assert 'href="/tour/test-event"' in page


def test_a_tour_that_was_closed_stays_closed_until_it_is_opened_again(demo, rep, client_of):
    client, elsewhere = client_of(rep), client_of(rep)
    shown = 'aria-label="Tour"'
    assert shown in client.get("/contacts").content.decode()
    answer = client.post("/tour/show", {"shown": "no", "next": "/contacts"})
    assert answer.headers["Location"] == "/contacts"
    assert shown not in elsewhere.get("/contacts").content.decode()
    assert client.post("/tour/show", {"shown": "yes"}).headers["Location"] == "/demo"
    assert shown in elsewhere.get("/contacts").content.decode()


def test_without_a_demo_world_there_is_no_tour(administrator_client):
    assert 'aria-label="Tour"' not in administrator_client.get("/contacts").content.decode()
    assert administrator_client.get("/tour/funnel").headers["Location"] == "/demo"


def test_a_rep_of_another_team_is_told_nothing_of_a_test_event(demo, team, other_rep_client):
    contact = Contact.objects.create(email="a@test.example")
    UserId.objects.create(contact=contact, value="test-event-1")
    a_lead(contact=contact, team=team)
    page = other_rep_client.get("/test-event?person=test-event-1").content.decode()
    assert str(contact) not in page


def test_who_is_taken_for_a_bot_is_told_so(demo, rep_client):
    contact = Contact.objects.create(email="b@test.example")
    UserId.objects.create(contact=contact, value="test-event-2")
    ask = "/test-event?person=test-event-2&asked=29"
    assert "for a bot" not in rep_client.get(ask).content.decode()
    did(contact, "Demo Requested", today(), is_bot=True)
    assert "for a bot" in rep_client.get(ask).content.decode()


@pytest.mark.parametrize("query", ["", "?person=demo-00-lead-1", "?person=test-event-x&asked=-1",
                                   "?person=test-event-x&asked=99999"])  # fmt: skip
def test_whoever_asks_for_something_else_is_told_to_stop(demo, rep_client, query):
    assert "hx-get" not in rep_client.get(f"/test-event{query}").content.decode()


def test_the_page_says_how_to_remove_it(demo, rep_client):
    assert "manage.py demo --remove" in rep_client.get("/demo").content.decode()
