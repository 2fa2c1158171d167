"""A rep's morning without a mouse: sign in, judge, undo, work a lead to the win."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from handoff import starter as reasons
from handoff.models import Attempt, Lead, Stage
from leadhub.records.models import Opportunity, Outcome
from leadhub.users.models import Role
from tests.handoff.builders import HOUR, a_company, a_contact, a_lead, the_definition

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def leads(user_of) -> list[Lead]:
    """Two who wait, the best first."""
    the_definition()
    reasons.install()
    rep = user_of(Role.REP, email="ada@sales.example.com")
    rep.set_password("a long enough password")
    rep.save()
    why = "Pricing page visited 3× +24 · Webinar booked +20 · VP +20 = 64"
    at = timezone.now() - HOUR
    return [
        a_lead(
            a_contact(first_name=name, last_name="Quist", company=a_company()),
            total=total, why=why, at=at,
        )
        for name, total in (("Vera", 90), ("Bela", 70))
    ]  # fmt: skip


def sign_in_by_keyboard(page) -> None:
    page.goto("/inbox")
    page.get_by_label("E-mail").focus()
    page.keyboard.type("ada@sales.example.com")
    page.keyboard.press("Tab")
    page.keyboard.type("a long enough password")
    page.keyboard.press("Enter")
    expect(page.get_by_label("The open lead").get_by_role("heading", level=2)).to_be_visible()
    # The lead is drawn before the keys are heard.
    page.wait_for_load_state()


def test_from_the_sign_in_to_the_win_by_keyboard_alone(page, leads):
    sign_in_by_keyboard(page)
    lead, said = page.get_by_label("The open lead"), page.get_by_role("status")
    heading = lead.get_by_role("heading", level=2)
    expect(heading).to_have_text("Vera Quist")
    expect(lead.locator(".lead-why")).to_contain_text("Pricing page visited 3× +24")

    page.keyboard.press("3")
    page.keyboard.press("1")
    expect(said).to_contain_text("Rejected: Vera Quist, Not our ICP.")
    expect(heading).to_have_text("Bela Quist")
    assert Outcome.objects.get().kind == "rejected"

    page.keyboard.press("z")
    expect(said).to_contain_text("Undone: Vera Quist.")
    expect(heading).to_have_text("Vera Quist")
    assert not Outcome.objects.exists()

    page.keyboard.press("1")
    expect(said).to_contain_text("Accepted: Vera Quist is yours now.")
    page.keyboard.press("l")
    page.keyboard.press("1")
    expect(said).to_contain_text("Logged: Call, Vera Quist.")
    expect(lead.locator(".timeline")).to_contain_text("called")

    page.keyboard.press("2")
    page.keyboard.type("24000")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Promoted: Vera Quist is an SQL.")
    page.keyboard.press("1")
    expect(said).to_contain_text("is a customer.")
    expect(heading).to_have_text("Bela Quist")

    won = Lead.objects.get(pk=leads[0].pk)
    assert (won.stage, Attempt.objects.get().lead) == (Stage.WON, won)
    assert Opportunity.objects.get().amount == 24000
    kinds = Outcome.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["accepted", "sql", "won"]


def test_snooze_the_palette_several_at_once_and_keys_turned_off(page, leads):
    sign_in_by_keyboard(page)
    said = page.get_by_role("status")
    heading = page.get_by_label("The open lead").get_by_role("heading", level=2)
    page.keyboard.press("h")
    page.keyboard.press("2")
    expect(said).to_contain_text("Snoozed: Vera Quist, until")
    expect(heading).to_have_text("Bela Quist")

    page.keyboard.press("Control+k")
    page.keyboard.type("note")
    commands = page.get_by_role("listbox", name="Commands").get_by_role("option")
    expect(commands).to_contain_text("Write a note")
    page.keyboard.press("Enter")
    page.keyboard.type("Ask about 3 sites; x j k 1 do nothing here")
    page.keyboard.press("Control+Enter")
    expect(said).to_contain_text("Noted on Bela Quist.")
    expect(page.locator(".timeline")).to_contain_text("x j k 1 do nothing here")

    expect(page.locator("[data-lead]")).to_have_count(1)
    page.keyboard.press("x")
    expect(page.get_by_text("1 lead chosen")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.get_by_role("button", name="Turn the single keys off").press("Enter")
    expect(said).to_contain_text("The keys are off.")
    page.keyboard.press("1")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    assert not Lead.objects.exclude(stage=Stage.QUEUED).exists()
