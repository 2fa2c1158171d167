"""The inbox: who sees what, in which order, and verdicts by plain forms."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handoff.leads.verdicts import accept
from handoff.models import Lead, RejectionReason, Stage
from leadhub.records.models import Opportunity
from leadhub.users.models import Role
from tests.handoff.builders import (
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_lead,
    a_reason,
    a_score,
    a_signal,
    a_tally,
    an_accepted_lead,
    an_sql,
)

pytestmark = pytest.mark.django_db
Kind = RejectionReason.Kind
VERDICTS = ("accept", "reject", "promote", "win", "lose")


def page_of(client, lead) -> str:
    return client.get(f"/inbox/{lead.pk}").content.decode()


def offered_on(client, lead) -> list[str]:
    """The reasons for which the page lets the lead be rejected."""
    return re.findall(r'name="reason".*?<span>(.*?)</span>', page_of(client, lead))


def leads_on(response) -> list[int]:
    return [lead.pk for lead in response.context["desktop"].page]


def test_the_best_come_first_and_hand_raises_before_all(rep_client):
    good, better = a_lead(total=60), a_lead(total=90)
    raised = a_lead(total=10, hand_raised_at=NOW, hand_raise="Demo requested")
    response = rep_client.get("/inbox")
    assert leads_on(response) == [raised.pk, better.pk, good.pk]
    assert response.context["opened"].lead == raised


def test_queue_mine_and_all(rep_client, rep, team, user_of):
    common, mine = a_lead(), an_accepted_lead(by=rep)
    colleagues = an_accepted_lead(by=user_of(Role.REP))
    closed = a_lead(team=team, stage=Stage.EXPIRED)
    seen = {view: leads_on(rep_client.get(f"/inbox?view={view}")) for view in ("queue", "mine")}
    assert seen == {"queue": [common.pk], "mine": [mine.pk]}
    everything = leads_on(rep_client.get("/inbox?view=all"))
    assert sorted(everything) == sorted([common.pk, mine.pk, colleagues.pk, closed.pk])


def test_filters_stand_in_the_address(rep_client):
    reason = a_reason()
    wanted = a_lead(a_contact(source="Webinar"), grade="A", reason=reason, stage=Stage.RECYCLED)
    a_lead(a_contact(source="Fair"), grade="A", stage=Stage.RECYCLED)
    a_lead(grade="B")
    for query in ("source=webinar", f"reason={reason.pk}", "source=web&grade=A&stage=recycled"):
        assert leads_on(rep_client.get(f"/inbox?view=all&{query}")) == [wanted.pk]
    assert leads_on(rep_client.get("/inbox?view=all&grade=nonsense&page=x")) is not None


def test_another_teams_lead_is_not_there(rep_client, manager_client, other_team, rep_of_other_team):
    theirs = [a_lead(team=other_team), an_accepted_lead(by=rep_of_other_team)]
    for lead in theirs:
        assert rep_client.get(f"/inbox/{lead.pk}").status_code == 404
        for verdict in VERDICTS:
            answer = rep_client.post(reverse(verdict, args=[lead.pk]), {"seen": lead.version})
            assert answer.status_code == 404
        assert manager_client.get(f"/inbox/{lead.pk}").status_code == 200
    assert leads_on(rep_client.get("/inbox?view=all")) == []
    assert len(leads_on(manager_client.get("/inbox?view=all"))) == 2


def test_marketers_do_not_work_leads(marketer_client):
    assert marketer_client.get("/inbox").status_code == 403


def test_a_verdict_is_no_link(rep_client):
    for verdict in VERDICTS:
        assert rep_client.get(reverse(verdict, args=[a_lead().pk])).status_code == 405


def test_accept_then_promote_then_win_by_plain_forms(rep_client, rep):
    lead = a_lead(a_contact(company=a_company()))
    answer = rep_client.post(f"/inbox/{lead.pk}/accept?view=queue", {"seen": 1})
    assert (answer.status_code, answer.url) == (302, f"/inbox/{lead.pk}?view=queue")
    assert "is yours now" in rep_client.get(answer.url).content.decode()
    rep_client.post(
        f"/inbox/{lead.pk}/promote",
        {"seen": 2, "amount": "12000", "expected_close": "2027-01-31", "joining": ""},
    )
    opportunity = Opportunity.objects.get()
    assert (opportunity.amount, opportunity.expected_close) == (12000, date(2027, 1, 31))
    rep_client.post(f"/inbox/{lead.pk}/win", {"seen": 3})
    lead.refresh_from_db()
    assert (lead.stage, lead.owner) == (Stage.WON, rep)


def test_an_opportunity_of_the_company_can_be_joined(rep_client, rep):
    company = a_company()
    first = an_sql(a_contact(company=company), by=rep)
    lead = an_accepted_lead(a_contact(company=company), by=rep)
    rep_client.post(f"/inbox/{lead.pk}/promote", {"seen": 2, "joining": first.opportunity.pk})
    lead.refresh_from_db()
    assert lead.opportunity == first.opportunity


def test_a_rejection_goes_on_to_the_next_best(rep_client):
    lead, reason = a_lead(), a_reason(name="No budget")
    answer = rep_client.post(f"/inbox/{lead.pk}/reject", {"seen": 1, "reason": reason.pk})
    assert answer.url == "/inbox"
    assert "No budget" in rep_client.get("/inbox").content.decode()


def test_a_deal_is_lost_with_a_reason(rep_client, rep):
    lead, reason = an_sql(by=rep), a_reason()
    assert rep_client.post(f"/inbox/{lead.pk}/lose", {"seen": 3}).status_code == 422
    rep_client.post(f"/inbox/{lead.pk}/lose", {"seen": 3, "reason": reason.pk})
    lead.refresh_from_db()
    assert (lead.stage, lead.reason) == (Stage.LOST, reason)


@pytest.mark.parametrize(
    ("kind", "given", "field", "error"),
    [
        (Kind.TIMING, {}, "returns_on", "needs the day"),
        (Kind.TIMING, {"returns_on": "2020-01-01"}, "returns_on", "must be in the future"),
        (Kind.TIMING, {"returns_on": "soon"}, "returns_on", "valid date"),
        (Kind.BAD_DATA, {}, "note", "needs a note"),
        (None, {}, "reason", "Choose a reason"),
    ],
)
def test_what_is_missing_stands_beside_the_field(rep_client, kind, given, field, error):
    lead = a_lead()
    if kind:
        given["reason"] = a_reason(kind, note_required=kind == Kind.BAD_DATA).pk
    answer = rep_client.post(
        f"/inbox/{lead.pk}/reject", given | {"seen": 1, "note": given.get("note", "")}
    )
    assert answer.status_code == 422
    assert error in answer.context["opened"].refused.errors[field][0]
    assert error in answer.content.decode()
    lead.refresh_from_db()
    assert lead.version == 1


def test_a_retired_reason_is_offered_no_more_and_still_shown(rep_client, team):
    retired = a_reason(name="Old reason", is_active=False)
    a_lead(team=team, stage=Stage.RECYCLED, reason=retired)
    assert "Old reason" in rep_client.get("/inbox?view=all").content.decode()
    lead = a_lead()
    answer = rep_client.post(f"/inbox/{lead.pk}/reject", {"seen": 1, "reason": retired.pk})
    assert answer.status_code == 422


def test_a_reason_is_offered_as_it_is_now(rep_client):
    lead, reason = a_lead(), a_reason(name="Old words")
    assert offered_on(rep_client, lead) == ["Old words"]
    RejectionReason.objects.filter(pk=reason.pk).update(name="New words", note_required=True)
    another = a_reason(name="Another")
    assert offered_on(rep_client, lead) == ["Another", "New words"]
    assert f'value="{reason.pk}" data-choice="2" data-needs="note"' in page_of(rep_client, lead)
    RejectionReason.objects.filter(pk=another.pk).update(is_active=False)
    assert offered_on(rep_client, lead) == ["New words"]


@pytest.mark.parametrize("first", ["accepted", "closed"])
def test_who_comes_second_is_told_who_was_first_and_loses_nothing(
    rep_client, rep, user_of, team, first
):
    lead, colleague = a_lead(), user_of(Role.REP)
    accept(lead=lead, seen=1, by=colleague, at=timezone.now())
    if first == "closed":
        Lead.objects.filter(pk=lead.pk).update(stage=Stage.EXPIRED)
    answer = rep_client.post(
        f"/inbox/{lead.pk}/reject",
        {"seen": 1, "reason": a_reason().pk, "note": "Has no budget until May"},
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{colleague.name} accepted it." in page
    assert "Has no budget until May" in page
    lead.refresh_from_db()
    assert (lead.owner, lead.version) == (colleague, 2)


def test_a_forged_verdict_that_the_stage_does_not_allow_is_refused(rep_client):
    lead = a_lead()
    assert rep_client.post(f"/inbox/{lead.pk}/win", {"seen": 1}).status_code == 409
    for seen in ("", "x", "9" * 30):
        answer = rep_client.post(f"/inbox/{lead.pk}/accept", {"seen": seen})
        assert answer.status_code in (409, 422)


def test_htmx_gets_what_was_refused_with_the_leads_address(rep_client):
    lead = a_lead()
    answer = rep_client.post(
        f"/inbox/{lead.pk}/reject?view=all", {"seen": 1}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert answer.headers["HX-Push-Url"] == f"/inbox/{lead.pk}?view=all"


def test_a_rep_adds_a_lead(rep_client, rep):
    contact = a_contact()
    answer = rep_client.post(reverse("add-lead", args=[contact.pk]))
    lead = Lead.objects.get()
    assert (answer.url, lead.owner, lead.origin) == (f"/inbox/{lead.pk}", rep, Lead.Origin.SALES)
    rep_client.post(reverse("add-lead", args=[contact.pk]))
    assert Lead.objects.count() == 1


def test_the_open_lead_tells_its_story(rep_client, rep, team):
    now = timezone.now()
    company = a_company(name="Acme")
    person = a_contact(first_name="Vera", last_name="Quist", company=company)
    colleague = a_contact(first_name="Carl", company=company)
    a_score(colleague)
    a_tally(colleague, now - HOUR, a_signal())
    a_score(person, behaviour=18)
    an_accepted_lead(colleague, by=rep)
    earlier = a_lead(person, stage=Stage.RECYCLED, team=team)
    earlier.transitions.create(
        version=2,
        from_stage="queued",
        to_stage="recycled",
        by=rep,
        at=now - timedelta(days=90),
        reason=a_reason(name="No budget"),
    )
    lead = a_lead(
        person,
        why="Webinar booked +20 = 63",
        receipt={"total": 63, "lines": [{"kind": "behaviour", "label": "Webinar", "points": 20}]},
    )
    page = rep_client.get(f"/inbox/{lead.pk}").content.decode()
    for told in (
        "Vera Quist",
        "Acme",
        "Webinar booked +20 = 63",
        "cooled 63 → 41",
        "rejected it: No budget",
        "Colleagues active lately",
        "Also in sales",
        "Handed over to sales",
    ):
        assert told in page, told


def test_the_story_leaves_out_handoffs_to_other_teams(rep_client, other_team):
    lead = a_lead(why="For everyone")
    a_lead(lead.contact, stage=Stage.EXPIRED, team=other_team, why="For the others")
    page = rep_client.get(f"/inbox/{lead.pk}").content.decode()
    assert "For everyone" in page
    assert "For the others" not in page


def test_what_a_visitor_sent_is_text(rep_client):
    script = "<script>alert(1)</script>"
    a_lead(
        a_contact(first_name=script, source=script, company=a_company(name=script)),
        why=script,
        hand_raised_at=NOW,
        hand_raise=script,
    )
    page = rep_client.get("/inbox").content.decode()
    assert script not in page
    assert "&lt;script&gt;" in page


def test_an_empty_inbox_names_the_next_step(rep_client):
    for view in ("queue", "mine", "all"):
        assert 'class="empty' in rep_client.get(f"/inbox?view={view}").content.decode()


VIEWS = ("next", "mine", "queue", "snoozed", "returning", "all")


def merged_people_at_one_company(number: int, **lead) -> None:
    """So many leads whose contacts were merged into others, all with a colleague."""
    company = a_company()
    for _ in range(number):
        person = a_contact(company=company, root=a_contact(company=company))
        a_lead(person, previous=a_lead(person, stage=Stage.EXPIRED), **lead)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
def test_no_view_asks_more_for_many_leads_than_for_few(role, view, user_of, client_of):
    viewer = user_of(role)
    client, snoozed = client_of(viewer), timezone.now() + HOUR
    state = {"owner": viewer, "snoozed_until": snoozed if view == "snoozed" else None}

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page = client.get(f"/inbox?view={view}").context["desktop"].page
        assert page.rows
        return len(captured)

    merged_people_at_one_company(10, **state)
    few = queries()
    merged_people_at_one_company(30, **state)
    assert queries() == few <= 12


def test_the_open_lead_asks_as_little_however_long_its_story(rep_client, team):
    def queries(number: int) -> int:
        merged_people_at_one_company(number, team=team)
        lead = Lead.objects.filter(stage=Stage.QUEUED).order_by("-pk")[0]
        a_score(lead.contact.root)
        headers = {"HX-Request": "true", "HX-Target": "lead"}
        with CaptureQueriesContext(connection) as captured:
            assert rep_client.get(f"/inbox/{lead.pk}", headers=headers).status_code == 200
        return len(captured)

    few = queries(2)
    assert queries(40) == few <= 12
