"""What our pages never send: forged ids, other teams' leads, floods, absurd values."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from handoff.inbox.bulk import MOST_AT_ONCE
from handoff.inbox.work_forms import FORMS
from handoff.models import Attempt, Lead, Note, PassedUp, Stage, Transition
from tests.handoff.builders import a_contact, a_lead, a_reason, a_user, an_accepted_lead, an_sql

pytestmark = pytest.mark.django_db
AGES = timedelta(days=366 * 10)


def nothing_happened(lead) -> bool:
    lead.refresh_from_db()
    done = (Note, Attempt, PassedUp)
    return lead.stage == Stage.QUEUED and not any(rows.objects.exists() for rows in done)


def filled_in(lead, rep) -> dict:
    """What every form of a verdict asks, and more."""
    return {
        "seen": lead.version, "reason": a_reason().pk, "to": rep.pk, "kind": "call", "text": "Hi",
        "why": "No", "preset": "tomorrow", "amount": "1",
    }  # fmt: skip


@pytest.mark.parametrize("action", FORMS)
def test_other_teams_leads_cannot_be_decided_on(rep_client, rep, rep_of_other_team, action):
    theirs = a_lead(owner=rep_of_other_team, team=rep_of_other_team.team)
    data = filled_in(theirs, rep)
    address = f"/inbox/{theirs.pk}/{action}"
    assert rep_client.post(address, data).status_code == 404
    assert rep_client.post(f"/inbox/{10**17}/{action}", data).status_code == 404
    assert rep_client.post(f"/inbox/{'9' * 40}/{action}", data).status_code == 404
    assert nothing_happened(theirs)


def test_others_verdicts_cannot_be_undone(rep_client, rep_of_other_team, rep):
    theirs = an_accepted_lead(by=rep_of_other_team, at=timezone.now() - timedelta(hours=1))
    verdict = theirs.transitions.latest("pk")
    Transition.objects.filter(pk=verdict.pk).update(at=timezone.now())
    rep_client.post("/inbox/undo", {"transitions": f"{verdict.pk},x,-1,{'9' * 30},\0"})
    assert Lead.objects.get(pk=theirs.pk).stage == Stage.ACCEPTED


@pytest.mark.parametrize("seen", ["", "0", "-1", "9" * 30, "1.5", "NaN", "\0", "²", "one"])
def test_a_version_that_nobody_saw_is_refused(rep_client, seen):
    lead = a_lead()
    assert rep_client.post(f"/inbox/{lead.pk}/accept", {"seen": seen}).status_code in (409, 422)
    assert nothing_happened(lead)


def test_sent_twice_the_second_is_told(rep_client, rep):
    lead = a_lead()
    first, second = (rep_client.post(f"/inbox/{lead.pk}/accept", {"seen": 1}) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert f"{rep} accepted it" in second.content.decode()


@pytest.mark.parametrize(
    ("action", "values"),
    [
        *[("promote", {"amount": amount}) for amount in
          ("NaN", "-NaN", "Infinity", "-1", "1e400", "9" * 13, "0.001", "1" * 5000, "🙂")],
        *[("promote", {"expected_close": day}) for day in
          ("0000-00-00", "0001-01-01", "9999-12-31", "2026-02-30", "10000-01-01", "\0")],
        *[("snooze", {"until": until}) for until in
          ("9999-12-31T23:59", "0001-01-01T00:00", "2020-01-01T00:00", "\0", "1e9")],
        ("snooze", {"preset": "never"}),
        ("attempt", {"kind": "pigeon"}),
        ("attempt", {"kind": "call", "note": "x" * 100_000}),
        ("note", {"text": "x" * 100_000}),
        ("note", {"text": "   "}),
        ("note", {"text": "a\0b"}),
        ("reassign", {"to": "9" * 30}),
        ("reassign", {"to": "\0"}),
        ("reject", {"reason": "9" * 30}),
        ("reject", {"reason": "-1"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_asked_for_again(rep_client, rep, action, values):
    lead = an_accepted_lead(by=rep)
    answer = rep_client.post(f"/inbox/{lead.pk}/{action}", {"seen": lead.version} | values)
    assert answer.status_code == 422, answer.content[:200]
    lead.refresh_from_db()
    assert (lead.stage, lead.version) == (Stage.ACCEPTED, 2)
    assert not Note.objects.exists()
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("latest", [False, True])
def test_nobody_is_put_off_for_ages(rep_client, marketer_client, latest):
    lead, day = a_lead(), date.max if latest else timezone.localdate() + AGES
    data = {"seen": 1, "reason": a_reason("timing").pk, "returns_on": str(day)}
    assert rep_client.post(f"/inbox/{lead.pk}/reject", data).status_code == 422
    assert marketer_client.post(f"/lists/nurture/{lead.pk}", data).status_code == 422
    assert nothing_happened(lead)


def test_letters_of_every_kind_are_kept(rep_client, rep):
    lead = an_accepted_lead(by=rep)
    text = "👩🏽‍💻 שלום ‮ <script>alert(1)</script> {{ 7*7 }} \u2028 é"
    assert (
        rep_client.post(f"/inbox/{lead.pk}/note", {"seen": lead.version, "text": text}).status_code
        == 302
    )
    assert Note.objects.get().text == text
    page = rep_client.get(f"/inbox/{lead.pk}").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("number", [MOST_AT_ONCE, 10_000])
def test_more_than_can_be_decided_at_once_is_said(rep_client, number):
    lead = a_lead()
    chosen = [*(f"{10**9 + n}:1" for n in range(number)), f"{lead.pk}:1"]
    page = rep_client.post("/inbox/bulk", {"chosen": chosen, "action": "accept"}, follow=True)
    said = " ".join(str(message) for message in page.context["messages"])
    assert f"{MOST_AT_ONCE} leads at a time" in said
    assert nothing_happened(lead)


def test_chosen_twice_is_decided_once(rep_client, rep):
    lead = a_lead()
    chosen = [f"{lead.pk}:1"] * 3
    rep_client.post("/inbox/bulk", {"chosen": chosen, "action": "accept"})
    assert lead.transitions.count() == 2


def test_a_deal_of_another_company_cannot_be_joined(rep_client, rep):
    other = an_sql(by=a_user())
    lead = an_accepted_lead(a_contact(), by=rep)
    data = {"seen": 2, "joining": other.opportunity_id}
    assert rep_client.post(f"/inbox/{lead.pk}/promote", data).status_code == 422


@pytest.mark.parametrize(
    "path", ["/inbox", "/inbox/rows", "/inbox/clocks?lead=1", "/notices/count"]
)
def test_a_part_of_a_page_is_no_way_to_the_sign_in(path):
    assert Client().get(path).status_code == 302
    part = Client().get(path, headers={"HX-Request": "true"})
    assert (part.status_code, part.content) == (401, b"")
