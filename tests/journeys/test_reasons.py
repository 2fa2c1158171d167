"""Each kind of reason, from the rep's keys to the return: through cool-downs, and through
marketing's hands.
"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from handoff import starter as reasons
from handoff.handover import hand_over
from handoff.models import Lead, Pool, PoolMember, RoutingRule, Stage
from leadhub.users.models import Role
from scoring.models import ContactScore
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_company,
    a_qualified_contact,
    a_tally,
    the_definition,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SETTLED = timedelta(seconds=30)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def reasons_and_definition(clock, transactional_db):
    the_definition()
    reasons.install()


def handed_over(name: str, **fields):
    contact = a_qualified_contact(
        first_name=name, company=a_company(), signal_at=timezone.now() - HOUR, **fields
    )
    hand_over(at=timezone.now())
    return contact


def open_lead(page, contact):
    lead = contact.leads.latest("pk")
    page.goto(f"/inbox/{lead.pk}")
    expect(page.get_by_label("The open lead").get_by_role("heading", level=2)).to_have_text(
        str(contact)
    )
    return lead


def reject(page, contact, reason: str, *, day=None, note: str = "") -> None:
    """As a rep does it; the keys open the form."""
    open_lead(page, contact)
    page.keyboard.press("3")
    form = page.locator("[data-verdict=reject]")
    form.get_by_label(reason).check()
    if day is not None:
        form.get_by_label("Try again on").fill(day.isoformat())
    if note:
        form.get_by_label("Note").fill(note)
    form.get_by_role("button", name="Reject").click()


def said(page, text: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(text)


def is_open(contact) -> bool:
    hand_over(at=timezone.now())
    return contact.leads.filter(stage=Stage.QUEUED).exists()


def days_later(clock, days: int, *contacts) -> None:
    """A new signal of each on that day."""
    clock.shift(days * DAY)
    for contact in contacts:
        contact.tallies.all().delete()
        a_tally(contact, timezone.now())


def test_who_comes_back_by_themselves_after_a_while(clock, page_of, rep):
    quiet, later, small = (handed_over(name) for name in ("Quiet", "Later", "Small"))
    page = page_of(rep)
    reject(page, quiet, "No response")
    expect(page.get_by_text("needs somebody to have tried once")).to_be_visible()
    page.goto(page.url)
    page.keyboard.press("l")
    page.keyboard.press("1")
    said(page, "Logged: Call, Quiet.")
    reject(page, quiet, "No response")
    said(page, "Rejected: Quiet, No response.")
    reject(page, later, "Bad timing")
    expect(page.get_by_text("needs the day on which")).to_be_visible()
    reject(page, later, "Bad timing", day=(NOW + 50 * DAY).date())
    said(page, "Rejected: Later, Bad timing.")
    reject(page, small, "Not our ICP")
    said(page, "Rejected: Small, Not our ICP.")

    days_later(clock, 29, quiet, later, small)
    assert [is_open(one) for one in (quiet, later, small)] == [False, False, False]
    days_later(clock, 2, quiet, later, small)
    assert [is_open(one) for one in (quiet, later, small)] == [True, False, False]
    page = page_of(rep)
    open_lead(page, quiet)
    expect(page.get_by_label("The open lead")).to_contain_text("No response")
    days_later(clock, 19, later, small)
    assert [is_open(one) for one in (later, small)] == [True, False]
    ContactScore.objects.filter(contact=small).update(fit=30, total=70)
    assert is_open(small), "the fit has risen"

    page = page_of(rep)
    page.goto("/inbox?view=returning")
    expect(page.locator("[data-lead]")).to_have_count(2)


def test_who_comes_back_when_marketing_has_seen_to_it(clock, page_of, rep, marketer):
    wrong, student = handed_over("Wrong"), handed_over("Learner")
    page = page_of(rep)
    reject(page, wrong, "Bad data")
    expect(page.get_by_text("needs a note")).to_be_visible()
    reject(page, wrong, "Bad data", note="The number is a fax")
    said(page, "Rejected: Wrong, Bad data.")
    reject(page, student, "Student")
    said(page, "Rejected: Learner, Student.")

    clock.shift(SETTLED)
    page = page_of(marketer)
    page.goto("/lists/sent-back")
    expect(page.get_by_role("row", name="Wrong")).to_contain_text("The number is a fax")
    page.get_by_role("row", name="Wrong").get_by_role("button", name="Back to the queue").click()
    expect(page.get_by_text("Wrong is back in the queue.")).to_be_visible()
    assert is_open(wrong)

    days_later(clock, 200, student)
    assert not is_open(student), "only when released"
    page = page_of(marketer)
    page.goto("/lists/rejected?state=undecided")
    page.get_by_role("row", name="Learner").get_by_role("button", name="Release").click()
    expect(page.get_by_text("Learner may come again")).to_be_visible()
    days_later(clock, 1, student)
    assert is_open(student)


def test_who_goes_to_another_rep_at_once_and_who_never_comes_back(clock, page_of, rep, user_of):
    other = user_of(Role.REP)
    pool = Pool.objects.create(name="North", team=rep.team)
    PoolMember.objects.bulk_create(PoolMember(pool=pool, user=user) for user in (rep, other))
    RoutingRule.objects.create(name="All", pool=pool)
    far, known = handed_over("Far"), handed_over("Known")
    first = Lead.objects.get(contact=far).owner
    second = other if first == rep else rep
    page = page_of(first)
    reject(page, far, "Wrong territory")
    said(page, "Rejected: Far, Wrong territory.")
    clock.shift(SETTLED)
    hand_over(at=timezone.now())
    page = page_of(second)
    open_lead(page, far)
    page.keyboard.press("1")
    said(page, "Accepted: Far is yours now.")
    assert Lead.objects.get(contact=far).owner == second

    reject(page, known, "Already a customer")
    said(page, "Rejected: Known, Already a customer.")
    days_later(clock, 200, known)
    assert not is_open(known)
