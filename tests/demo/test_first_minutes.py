"""The first minutes of somebody new, in a browser: in with one click, round the tour, and a lead
that they send themselves.
"""

import re
from base64 import b64encode

import pytest
from django.utils import timezone

from handoff.models import Lead
from leadhub import onboarding
from leadhub.demo import world
from leadhub.demo.people import Story
from leadhub.intake.models import SourceKey
from leadhub.sweep import sweep
from tests.pages.accessibility import problems_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A browser that is driven says so, and what it sends would count as a program's.
PERSONS_BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537"
)


@pytest.fixture
def demo(settings, live_server):
    """A demo world on its first morning: people are at work, nothing has happened."""
    settings.LISTENS_ON, settings.ALLOWED_HOSTS = "127.0.0.1", ["localhost"]
    at = timezone.now()
    begun, staff = world.begin(Story(seed=1, first=at, last=at))
    begun.made = {"users.User": [user.pk for user in (*staff.reps, staff.marketer, staff.manager)]}
    begun.ready_at = at
    begun.save()


def test_in_with_one_click_and_round_the_tour(demo, new_page, live_server):
    page = new_page(user_agent=PERSONS_BROWSER)
    page.goto("/")
    assert not problems_of(page)
    page.get_by_role("button", name="As a sales rep").click()
    page.wait_for_url("**/inbox")
    tour = page.get_by_role("region", name="Tour", exact=True)
    for title in ("The best lead", "Reject in two keys", "Send a test event"):
        tour.get_by_role("link", name="Next").click()
        tour.get_by_text(title).first.wait_for()

    tour.get_by_role("button", name="Send a test event").click()
    tour.get_by_text("Received.").wait_for()
    assert sweep(at=timezone.now())
    tour.get_by_text("is a lead").wait_for()
    lead = Lead.objects.get()
    assert lead.origin == Lead.Origin.HAND_RAISE
    page.locator("#queue").get_by_text(str(lead.contact)).first.wait_for()

    tour.get_by_role("button", name="Next, as a manager").click()
    page.wait_for_url("**/funnel")
    tour.get_by_role("button", name="Next, as a marketer").click()
    page.wait_for_url("**/admin/scoring/signal/")
    assert "Greta Olander" in page.locator(".sidebar").inner_text()

    tour.get_by_role("button", name="Close the tour").click()
    tour.wait_for(state="detached")
    page.goto("/demo")
    page.get_by_role("button", name="Show it beside each page again").click()
    tour.wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    assert not problems_of(page)


def test_the_line_of_curl_does_the_same(demo, client, live_server):
    """With a website's key, which counts what browsers send: the line says that it is one."""
    key = SourceKey.objects.get().hint
    line = world_line(live_server.url, key)
    headers = dict(re.findall(r"-H '([\w-]+): ([^']+)'", line))
    body = re.search(r"-d '(.+)'$", line, re.DOTALL)[1]
    answer = client.post(
        "/v1/batch", body, content_type=headers.pop("Content-Type"),
        headers={**headers, "User-Agent": re.search(r"-A '([^']+)'", line)[1],
                 "Authorization": basic(key)},
    )  # fmt: skip
    assert answer.status_code == 200
    sweep(at=timezone.now())
    assert Lead.objects.get().contact.email == "by.hand@test.example"


def world_line(address: str, key: str) -> str:
    line = onboarding.as_a_browser(address=address, key=key)
    assert f"curl {address}/v1/batch -u '{key}:'" in line
    return line


def basic(key: str) -> str:
    return f"Basic {b64encode(f'{key}:'.encode()).decode()}"
