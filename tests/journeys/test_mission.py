"""The mission's own examples, from the public API to the inbox in a browser."""

import json
import urllib.request
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from handoff import starter as reasons
from handoff.models import Lead, Stage
from leadhub.intake.models import SourceKey
from leadhub.records.models import Company, Contact, Source
from leadhub.sweep import sweep
from scoring import starter
from tests.running import basic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
numbers = count(1)


@pytest.fixture
def send(live_server):
    """A function that sends messages of one person to the running LeadHub, as their site does,
    and lets the sweep work on them: facts, scores, handoff.
    """
    now = timezone.now()
    starter.install(at=now)
    reasons.install()
    key = SourceKey.issue(Source.objects.create(name="Website", kind="server"))[1]

    def send_and_sweep(user: str, *messages: dict) -> None:
        batch = [
            {"userId": user, "messageId": f"message-{next(numbers)}"} | message
            for message in messages
        ]
        request = urllib.request.Request(
            f"{live_server.url}/v1/batch",
            data=json.dumps({"batch": batch}).encode(),
            headers={**basic(f"{key}:"), "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            assert (answer.status, json.load(answer)) == (200, {"success": True})
        assert sweep(at=timezone.now())

    return send_and_sweep


def days_ago(days: float) -> str:
    return (timezone.now() - timedelta(days=days)).isoformat()


def identify(**traits) -> dict:
    return {"type": "identify", "traits": traits, "timestamp": days_ago(7)}


def track(event: str, *, days: float, **properties) -> dict:
    return {
        "type": "track",
        "event": event,
        "properties": properties,
        "timestamp": days_ago(days),
    }


def pricing_page(*, days: float) -> dict:
    return {"type": "page", "properties": {"path": "/pricing"}, "timestamp": days_ago(days)}


def test_two_whitepapers_and_a_webinar_in_a_week_become_an_opportunity(send, page_of, rep):
    company = Company.objects.create(domain="buyer.example", name="Buyer")
    send(
        "vera",
        identify(email="vera@buyer.example", name="Vera Quist", title="VP Operations"),
        track("Whitepaper Downloaded", days=6, asset="Scoring in practice"),
        track("Whitepaper Downloaded", days=4, asset="Handoff in practice"),
    )
    inbox = page_of(rep)
    inbox.goto("/inbox")
    expect(inbox.get_by_text("No one is waiting")).to_be_visible()

    send("vera", track("Webinar Booked", days=0.01, webinar="Live demo"))
    inbox.goto("/inbox")
    lead = inbox.get_by_label("The open lead")
    expect(lead.get_by_role("heading", name="Vera Quist")).to_be_visible()
    expect(lead.locator(".lead-why")).to_contain_text("Webinar booked +20")
    expect(lead.locator(".lead-why")).to_contain_text("= 60")
    receipt = lead.locator(".receipt")
    for line in ("Whitepaper downloaded", "Webinar booked", "VP"):
        expect(receipt.get_by_role("rowheader", name=line)).to_be_visible()
    expect(lead.locator(".timeline")).to_contain_text("Webinar Booked")

    inbox.keyboard.press("1")
    expect(inbox.get_by_text("Accepted: Vera Quist is yours now.")).to_be_visible()
    inbox.keyboard.press("2")
    inbox.get_by_label("Amount").fill("24000")
    inbox.get_by_role("button", name="Promote to SQL").click()
    expect(inbox.get_by_text("Promoted: Vera Quist is an SQL.")).to_be_visible()

    stored = Lead.objects.get()
    company.refresh_from_db()
    assert (stored.stage, stored.owner, stored.opportunity.amount) == (Stage.SQL, rep, 24000)
    assert company.status == Company.Status.OPPORTUNITY


def test_the_pricing_page_more_than_once_counts_for_more_than_once(send, page_of, rep):
    send(
        "vera",
        identify(email="vera@buyer.example", name="Vera Quist", title="VP Operations"),
        pricing_page(days=1),
    )
    once = Contact.objects.get().scores.get()
    send("vera", pricing_page(days=1), pricing_page(days=0.01))
    again = Contact.objects.get().scores.get()
    assert (once.behaviour, again.behaviour) == (8, 24)
    send("vera", track("Demo Requested", days=0.01))
    inbox = page_of(rep)
    inbox.goto("/inbox")
    receipt = inbox.locator(".receipt")
    expect(receipt.get_by_role("row", name="Pricing page visited")).to_contain_text("+24")


def test_a_student_who_downloads_guides_never_qualifies_however_much_they_click(send, page_of, rep):
    student = identify(
        email="sam@campus.example", name="Sam Weber", title="Student at the technical university"
    )
    guides = [
        track("Whitepaper Downloaded", days=number % 6, asset=f"Guide {number}")
        for number in range(30)
    ]
    clicks = [track("Email Link Clicked", days=number % 7) for number in range(200)]
    send("sam", student, *guides, *clicks, *(pricing_page(days=n) for n in range(5)))
    score = Contact.objects.get().scores.get()
    assert score.total >= 60
    assert not score.qualified

    inbox = page_of(rep)
    inbox.goto("/inbox")
    expect(inbox.get_by_text("No one is waiting")).to_be_visible()
    inbox.goto(f"/contacts/{score.contact_id}")
    expect(inbox.get_by_role("main")).to_contain_text("Student")
    assert not Lead.objects.exists()


def test_a_rep_makes_someone_a_lead_of_their_own(send, page_of, rep):
    send("vera", identify(email="vera@buyer.example", name="Vera Quist"))
    page = page_of(rep)
    page.goto(f"/contacts/{Contact.objects.get().pk}")
    page.get_by_role("button", name="Make it my lead").click()
    expect(page.get_by_text("Added: Vera Quist is yours now.")).to_be_visible()
    assert Lead.objects.get().origin == Lead.Origin.SALES


def test_a_rep_works_the_queue_by_keyboard_and_no_key_fires_in_a_field(send, page_of, rep):
    for name in ("Ada", "Bea"):
        send(
            name,
            identify(email=f"{name}@buyer.example", name=name, title="VP Operations"),
            track("Demo Requested", days=0.01),
        )
    inbox = page_of(rep)
    inbox.goto("/inbox")
    lead = inbox.get_by_label("The open lead")
    expect(lead.get_by_role("heading", name="Bea")).to_be_visible()
    inbox.keyboard.press("j")
    expect(lead.get_by_role("heading", name="Ada")).to_be_visible()
    inbox.keyboard.press("k")
    expect(lead.get_by_role("heading", name="Bea")).to_be_visible()

    inbox.keyboard.press("r")
    inbox.get_by_label("Note", exact=True).fill("1 j k: nothing fires here")
    inbox.get_by_label("Bad timing").check()
    inbox.get_by_role("button", name="Reject", exact=True).click()
    expect(inbox.get_by_text("needs the day on which")).to_be_visible()
    expect(inbox.get_by_label("Note", exact=True)).to_have_value("1 j k: nothing fires here")
    inbox.get_by_label("No need or budget").check()
    inbox.get_by_role("button", name="Reject", exact=True).click()
    expect(inbox.get_by_text("Rejected: Bea, No need or budget.")).to_be_visible()
    expect(lead.get_by_role("heading", name="Ada")).to_be_visible()
    assert Lead.objects.get(stage=Stage.RECYCLED).reason.name == "No need or budget"
