"""The reports with numbers in them, in a real Chromium: accessible, drawn, and alive."""

import pytest
from django.utils import timezone

from leadhub.intake.models import SourceKey
from leadhub.records.models import Event, Source
from tests.pages.test_every_page import LOOKS, WIDE_LIGHT, assert_all_is_well
from tests.reports.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESSES = ["/marketing", "/sales", "/funnel", "/leads", "/reports/contacts?on=near"]


@pytest.mark.parametrize("look", LOOKS)
def test_pages_full_of_numbers(page_of, look):
    world = World(at=timezone.now(), contacts=150)
    page = page_of(world.people.manager, **look)

    assert_all_is_well(page, ADDRESSES)


def test_charts_are_drawn_and_lead_to_rows(page_of):
    world = World(at=timezone.now(), contacts=80)
    page = page_of(world.people.manager, **WIDE_LIGHT)
    page.goto("/funnel")
    page.wait_for_function("document.querySelectorAll('.chart__canvas canvas').length === 3")

    page.locator("#months ~ .table-wrap [data-count]").first.click()
    page.wait_for_url("**/leads?**")
    assert page.locator("[data-rows]").count() == 1


def test_the_start_page_ticks_off_the_first_event(page_of, marketer):
    page = page_of(marketer)
    page.goto("/start")
    page.get_by_role("button", name="Make a key for a website").click()
    page.get_by_text("Waiting for your first event").wait_for()
    key = page.locator("#source-key").inner_text()
    assert SourceKey.objects.get().hint == key

    at = timezone.now()
    Event.objects.create(
        source=Source.objects.get(),
        message_id="first",
        kind=Event.Kind.PAGE,
        occurred_at=at,
        received_at=at,
        day=at.date(),
    )
    page.get_by_text("Waiting for somebody who says who they are").wait_for()
