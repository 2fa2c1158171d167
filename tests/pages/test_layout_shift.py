"""Nothing jumps while a page loads: what comes later has its place before."""

import pytest
from django.urls import reverse
from django.utils import timezone

from leadhub.users.models import Role
from tests.pages.visits import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) {
    window.shifts.push([shift.value, ...shift.sources.map(({ node }) => node?.className)]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
# Below a tenth a page counts as calm; a fiftieth is about a line of text on a small screen.
NOTICED = 0.02


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_jumps_while_a_page_loads(page_of, user_of, width):
    world = build_world(timezone.now())
    page = page_of(user_of(Role.ADMINISTRATOR), width=width)
    page.add_init_script(WATCH)
    shifted = {}

    for address in (
        reverse("inbox"),
        reverse("lead", args=[world.lead.pk]),
        reverse("contact", args=[world.plain.pk]),
        reverse("marketing"),
        reverse("funnel"),
        reverse("admin:index"),
    ):
        page.goto(address, wait_until="networkidle")
        shifts = page.evaluate("window.shifts")
        if sum(value for value, *_ in shifts) > NOTICED:
            shifted[address] = shifts

    assert shifted == {}
