"""Demo data are marked as such on every page."""

import pytest

from leadhub.demo.models import DemoWorld

PAGES = ("/sign-in", "/inbox", "/contacts", "/admin/", "/demo", "/no-such-page")


@pytest.fixture
def demo(db):
    from django.utils import timezone

    return DemoWorld.objects.create(seed=1, made_at=timezone.now(), ready_at=timezone.now())


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_that_its_data_are_invented(demo, administrator_client, client, address):
    visitor = client if address == "/sign-in" else administrator_client
    assert "Demo data" in visitor.get(address).content.decode()


def test_nothing_is_marked_without_a_demo_world(administrator_client):
    assert "Demo data" not in administrator_client.get("/contacts").content.decode()


def test_the_page_says_how_to_remove_it(demo, rep_client):
    assert "manage.py demo --remove" in rep_client.get("/demo").content.decode()
