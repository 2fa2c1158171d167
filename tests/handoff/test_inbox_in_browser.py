"""The inbox in a real Chromium: what it does by itself, and by keyboard."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from handoff.models import Lead, Note
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
    expect(opened.get_by_label("Note", exact=True)).to_be_visible()
    expect(inbox.get_by_role("link", name="Team")).to_contain_text("2")


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


def test_with_leads_chosen_the_keys_are_for_all_of_them(page_of, rep):
    leads = [a_lead(a_contact(company=a_company()), total=total) for total in (90, 80, 70)]
    inbox = page_of(rep)
    inbox.goto("/inbox")
    heading = inbox.get_by_label("The open lead").get_by_role("heading", level=2)
    inbox.keyboard.press("x")
    inbox.keyboard.press("j")
    expect(heading).to_have_text(name_of(leads[1]))
    inbox.keyboard.press("x")
    expect(inbox.get_by_text("2 leads chosen")).to_be_visible()
    inbox.keyboard.press("3")
    expect(inbox.get_by_role("combobox", name="Reason")).to_be_focused()
    inbox.keyboard.press("Escape")
    inbox.keyboard.press("1")
    expect(inbox.get_by_role("status")).to_contain_text("Accepted: 2 leads.")
    assert sorted(Lead.objects.values_list("stage", flat=True)) == [
        "accepted",
        "accepted",
        "queued",
    ]


def test_a_key_waits_for_the_marked_lead_and_never_decides_for_the_one_before(page_of, rep):
    best, next_best = (a_lead(a_contact(company=a_company()), total=total) for total in (90, 80))
    inbox = page_of(rep)
    inbox.goto("/inbox")
    expect(inbox.get_by_role("heading", name=name_of(best))).to_be_visible()
    coming = []
    inbox.route(f"**/inbox/{next_best.pk}*", lambda route: coming.append(route), times=1)
    with inbox.expect_request(f"**/inbox/{next_best.pk}*"):
        inbox.keyboard.press("j")
        inbox.keyboard.press("1")
    expect(inbox.locator("[aria-current=true][data-lead]")).to_contain_text(name_of(next_best))
    coming[0].continue_()
    expect(inbox.get_by_role("status")).to_contain_text(f"Accepted: {name_of(next_best)}")
    best.refresh_from_db()
    assert best.stage == "queued"


def test_who_is_signed_out_meanwhile_keeps_the_page_and_what_was_typed(page_of, rep):
    lead = a_lead()
    inbox = page_of(rep)
    inbox.goto("/inbox")
    inbox.keyboard.press("n")
    note = inbox.get_by_label("What others should know")
    note.fill("Ask about three sites")
    Session.objects.all().delete()
    inbox.keyboard.press("Control+Enter")
    said = inbox.get_by_role("alert")
    expect(said).to_contain_text("You are signed out")
    expect(note).to_have_value("Ask about three sites")
    assert not Note.objects.exists()
    said.get_by_role("link", name="sign in again").click()
    expect(inbox).to_have_url(re.compile(rf"/sign-in\?next=%2Finbox(%2F{lead.pk})?$"))
