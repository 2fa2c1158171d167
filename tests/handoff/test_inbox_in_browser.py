"""The inbox in a real Chromium: what it does by itself, and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.handoff.builders import a_company, a_contact, a_lead

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def name_of(lead) -> str:
    return str(lead.contact)


def test_new_leads_appear_by_themselves(page_of, rep):
    inbox = page_of(rep)
    inbox.clock.install()
    inbox.goto("/inbox")
    opened, rows = inbox.get_by_label("The open lead"), inbox.locator("[data-lead]")
    expect(inbox.get_by_text("No one is waiting")).to_be_visible()

    first = a_lead(a_contact(company=a_company()), total=60)
    inbox.clock.fast_forward(10_000)
    expect(opened.get_by_role("heading", name=name_of(first))).to_be_visible()

    inbox.keyboard.press("3")
    better = a_lead(total=90)
    inbox.clock.fast_forward(10_000)
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(name_of(better))
    expect(inbox.locator("[aria-current=true][data-lead]")).to_contain_text(name_of(first))
    expect(opened.get_by_role("heading", name=name_of(first))).to_be_visible()
    expect(opened.get_by_label("Note")).to_be_visible()
    expect(inbox.get_by_role("link", name="Team queue")).to_contain_text("2")


def test_the_keyboard_goes_on_at_the_lead_after_a_verdict(page_of, rep):
    lead = a_lead(a_contact(company=a_company()))
    inbox = page_of(rep)
    inbox.goto("/inbox")
    inbox.keyboard.press("1")
    expect(inbox.get_by_role("status")).to_contain_text("is yours now")
    expect(inbox.get_by_label("The open lead")).to_be_focused()
    inbox.keyboard.press("Tab")
    inbox.keyboard.press("Enter")
    expect(inbox).to_have_url(f"/contacts/{lead.contact_id}")
