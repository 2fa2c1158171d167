"""Every page in a real Chromium: accessible, inside the narrowest screen, true to its policy.

A violation of the Content-Security-Policy fails the test that caused it (see tests/browser.py).
"""

import pytest
from django.utils import timezone

from leadhub.users.models import Role
from tests.pages.accessibility import bring_axe, problems_of
from tests.pages.visits import VISITS, build_world, forms_of_admin, of_admin
from tests.pages.world import for_the_admin

WIDE_LIGHT = {"width": 1440, "color_scheme": "light"}
WIDE_DARK = {"width": 1440, "color_scheme": "dark"}
NARROW_LIGHT = {"width": 390, "color_scheme": "light"}
NARROW_DARK = {"width": 390, "color_scheme": "dark"}
LOOKS = [pytest.param(WIDE_LIGHT, id="wide-light"), pytest.param(NARROW_DARK, id="narrow-dark")]
# Each role, and the two that see most pages in every width and scheme between them.
SIGHTS = [
    (Role.REP, NARROW_DARK),
    (Role.MARKETER, WIDE_LIGHT),
    (Role.MANAGER, NARROW_LIGHT),
    (Role.ADMINISTRATOR, WIDE_DARK),
    (Role.ADMINISTRATOR, NARROW_DARK),
]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def assert_all_is_well(page, addresses: list[str]) -> None:
    page.set_default_timeout(60_000)  # axe-core reads long pages slowly on a busy machine
    bring_axe(page)
    problems = []
    for address in addresses:
        answer = page.goto(address)
        found = problems_of(page) if answer.ok else [f"answered {answer.status}"]
        problems += [f"{address}: {problem}" for problem in found]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("role", "look"), SIGHTS)
def test_each_role_s_pages(page_of, user_of, role, look):
    world = build_world(timezone.now())
    page = page_of(user_of(role), **look)

    addresses = [visit.address(world) for visit in VISITS if visit.is_open_to(role)]

    assert_all_is_well(page, addresses)


def test_lists_before_there_is_anything(page_of, administrator):
    page = page_of(administrator, **NARROW_LIGHT)
    addresses = [visit.address(None) for visit in VISITS if visit.needs_nothing]

    assert_all_is_well(page, addresses)


@pytest.mark.parametrize("look", LOOKS)
def test_pages_for_everyone(page_of, look):
    page = page_of(**look)

    assert_all_is_well(page, ["/sign-in", "/sign-in?next=/contacts"])
    for address in ("/no-such-page", "/admin/no-such-page"):
        page.goto(address)
        assert problems_of(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_admin(page_of, administrator, look):
    build_world(timezone.now())
    page = page_of(administrator, **look)
    assert_all_is_well(page, [visit.address(None) for visit in of_admin(administrator)])


def test_the_forms_of_the_admin(page_of, administrator, team):
    for_the_admin(contact=build_world(timezone.now()).plain, at=timezone.now())
    page = page_of(administrator, **NARROW_LIGHT)
    assert_all_is_well(page, forms_of_admin())


def test_all_that_can_be_pressed_is_reached_by_keyboard_and_shows_it(page_of, rep):
    world = build_world(timezone.now())
    page = page_of(rep)
    page.goto(f"/contacts/{world.plain.pk}")
    wanted = page.evaluate(
        """[...document.querySelectorAll('a[href], button, input, select, summary')]
           .filter(e => e.checkVisibility() && !e.closest('details:not([open]) > :not(summary)'))
           .length"""
    )
    seen, hidden = 0, []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        look = page.evaluate(
            """() => {const e = document.activeElement, s = getComputedStyle(e);
               return {what: e.outerHTML.slice(0, 80), outline: s.outlineStyle,
                       width: parseFloat(s.outlineWidth)}}"""
        )
        seen += not look["what"].startswith("<body")
        if look["outline"] == "none" or look["width"] < 2:
            hidden.append(look["what"])

    assert (seen, hidden) == (wanted, [])


def test_the_choice_of_colours_stays_and_comes_right_at_once(page_of, rep):
    page = page_of(rep, color_scheme="light")
    page.goto("/contacts")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)

    page.locator("summary.user").click()
    page.get_by_label("Dark").check(force=True)
    dark = page.evaluate(ground)
    page.goto("/companies")

    assert dark != light
    assert page.evaluate(ground) == dark
    assert page.locator("meta[name=color-scheme]").get_attribute("content") == "dark"


def test_a_choice_in_the_filters_leads_to_a_short_address(page_of, rep):
    build_world(timezone.now())
    page = page_of(rep)
    page.goto("/contacts")

    page.get_by_label("Grade", exact=True).select_option("A")
    page.wait_for_url("**/contacts?grade=A")

    page.go_back()
    assert page.get_by_label("Search", exact=True).is_enabled()


def test_the_timeline_goes_on_where_it_stands(page_of, rep):
    world = build_world(timezone.now())
    page = page_of(rep)
    page.goto(f"/contacts/{world.long.pk}")
    entries = page.locator(".timeline > li:not(.timeline__more)")
    before = entries.count()

    page.get_by_text("Show more").click()
    entries.nth(before).wait_for()

    assert entries.count() > before
    assert page.url.endswith(f"/contacts/{world.long.pk}")


def test_nothing_that_a_visitor_sends_runs(page_of, rep):
    world = build_world(timezone.now())
    page = page_of(rep)
    for address in ("/contacts", "/companies", f"/contacts/{world.hostile.pk}",
                    f"/companies/{world.hostile.company_id}"):  # fmt: skip
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.title() != "owned", address
        assert page.locator("img[src=x]").count() == 0, address


def test_what_is_grave_is_found(page):
    bring_axe(page)
    page.goto("/sign-in")
    page.evaluate("document.body.append(new Image())")

    assert [problem.partition(":")[0] for problem in problems_of(page)] == ["image-alt"]
