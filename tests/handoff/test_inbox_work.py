"""What a rep does in the inbox besides one verdict: several at once, snooze, notes, saved views."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from handoff.leads.verdicts import accept, reassign
from handoff.models import Attempt, Desk, Lead, Note, PassedUp, Stage, TeamTerms
from leadhub.records.models import Outcome
from leadhub.users.models import Role
from tests.handoff.builders import HOUR, a_company, a_contact, a_lead, a_reason, an_accepted_lead

pytestmark = pytest.mark.django_db


def leads_on(response) -> list[int]:
    return [lead.pk for lead in response.context["desktop"].page]


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def undo(client, response):
    """Presses the button that the message offers."""
    tags = [message.extra_tags for message in response.context["messages"] if message.extra_tags]
    return client.post("/inbox/undo", {"transitions": tags[0]}, follow=True)


def in_bulk(client, leads, **fields):
    chosen = [f"{lead.pk}:{lead.version}" for lead in leads]
    return client.post("/inbox/bulk", {"chosen": chosen, **fields}, follow=True)


def test_a_verdict_can_be_undone_by_a_plain_form(rep_client):
    lead, reason = a_lead(), a_reason()
    answer = rep_client.post(
        f"/inbox/{lead.pk}/reject", {"seen": 1, "reason": reason.pk}, follow=True
    )
    assert Outcome.objects.count() == 1
    answer = undo(rep_client, answer)
    assert answer.redirect_chain == [(f"/inbox/{lead.pk}", 302)]
    lead.refresh_from_db()
    assert (lead.stage, Outcome.objects.count()) == (Stage.QUEUED, 0)


def test_in_bulk_each_lead_has_its_own_result(rep_client, rep, user_of, rep_of_other_team, team):
    ben = user_of(Role.REP)
    good, also, taken = a_lead(), a_lead(), a_lead()
    accept(lead=taken, seen=1, by=ben, at=timezone.now())
    theirs = an_accepted_lead(by=rep_of_other_team)
    taken.version = 1
    answer = in_bulk(rep_client, [good, taken, theirs, also], action="accept")
    assert said(answer) == ["Accepted: 2 leads.", f"{taken.person}: {ben} accepted it."]
    assert set(Lead.objects.filter(owner=rep).values_list("pk", flat=True)) == {good.pk, also.pk}
    theirs.refresh_from_db()
    assert theirs.owner == rep_of_other_team
    answer = undo(rep_client, answer)
    assert said(answer) == ["Undone: 2 leads."]
    assert not Lead.objects.filter(owner=rep).exists()


def test_what_a_reason_needs_is_said_of_each_row_and_nothing_else_is_done(rep_client):
    leads = [a_lead(), a_lead()]
    reason = a_reason(note_required=True)
    wanted = f"“{reason}” needs a note: say what is wrong."
    answer = in_bulk(rep_client, leads, action="reject", reason=reason.pk)
    assert [text.partition(": ")[2] for text in said(answer)] == [wanted] * 2
    in_bulk(rep_client, leads, action="reject", reason=reason.pk, note="No budget")
    assert not Lead.objects.filter(stage=Stage.QUEUED).exists()


@pytest.mark.parametrize("chosen", [[], ["x"], ["1:x", ":"], ["9" * 30 + ":1"]])
@pytest.mark.parametrize("action", ["accept", "win", "nonsense"])
def test_nonsense_in_bulk_does_nothing(rep_client, chosen, action):
    lead = a_lead()
    answer = rep_client.post("/inbox/bulk", {"chosen": chosen, "action": action}, follow=True)
    assert answer.status_code == 200
    lead.refresh_from_db()
    assert lead.version == 1


def test_colleagues_of_one_company_are_a_group(rep_client, rep):
    company = a_company(name="Acme")
    best = a_lead(a_contact(company=company), total=90)
    between = a_lead(a_contact(company=a_company()), total=80)
    colleague = a_lead(a_contact(company=company), total=60)
    page = rep_client.get("/inbox")
    assert leads_on(page) == [best.pk, colleague.pk, between.pk]
    assert "Accept all 2" in page.content.decode()
    in_bulk(rep_client, [best, colleague], action="accept")
    assert set(Lead.objects.filter(owner=rep)) == {best, colleague}


def test_a_snoozed_lead_comes_back_by_itself(rep_client, rep, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    lead = a_lead(at=now - HOUR)
    until = timezone.localtime(now + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    rep_client.post(f"/inbox/{lead.pk}/snooze", {"seen": 1, "until": until})
    assert leads_on(rep_client.get("/inbox")) == []
    assert leads_on(rep_client.get("/inbox?view=snoozed")) == [lead.pk]
    time_machine.move_to(now + timedelta(hours=4), tick=False)
    assert leads_on(rep_client.get("/inbox")) == [lead.pk]
    assert leads_on(rep_client.get("/inbox?view=snoozed")) == []
    for bad in ({}, {"preset": "never"}, {"until": "2020-01-01T10:00"}, {"until": "x"}):
        answer = rep_client.post(f"/inbox/{lead.pk}/snooze", {"seen": 2, **bad})
        assert answer.status_code == 422


def test_a_lead_is_passed_on_with_its_queue(rep_client, rep_of_other_team):
    lead = a_lead()
    assert str(rep_of_other_team) in rep_client.get(f"/inbox/{lead.pk}/people").content.decode()
    rep_client.post(
        f"/inbox/{lead.pk}/reassign", {"seen": 1, "to": rep_of_other_team.pk, "note": "Yours"}
    )
    lead.refresh_from_db()
    assert (lead.owner, lead.team) == (rep_of_other_team, rep_of_other_team.team)
    assert rep_client.get(f"/inbox/{lead.pk}").status_code == 404


def test_notes_and_attempts_stand_in_the_timeline(rep_client, rep):
    lead = an_accepted_lead(by=rep)
    rep_client.post(f"/inbox/{lead.pk}/note", {"seen": 2, "text": "Asks for a demo"})
    rep_client.post(f"/inbox/{lead.pk}/attempt", {"seen": 2, "kind": "call", "note": "Voicemail"})
    assert rep_client.post(f"/inbox/{lead.pk}/attempt", {"seen": 2}).status_code == 422
    page = rep_client.get(f"/inbox/{lead.pk}").content.decode()
    for told in ("Asks for a demo", f"{rep.name} noted", "Voicemail", f"{rep.name} called"):
        assert told in page
    assert (Attempt.objects.get().by, Note.objects.get().by) == (rep, rep)


def test_who_comes_too_late_for_another_teams_lead_is_told_who_was_first(
    rep_client, rep_of_other_team
):
    lead = a_lead()
    accept(lead=lead, seen=1, by=rep_of_other_team, at=timezone.now())
    theirs = {"by": rep_of_other_team, "at": timezone.now(), "note": "not for others"}
    reassign(lead=lead, seen=2, to=rep_of_other_team, **theirs)
    answer = rep_client.post(f"/inbox/{lead.pk}/accept", {"seen": 1}, follow=True)
    assert said(answer) == [f"You came too late. {rep_of_other_team} accepted it."]
    for seen in (2, 99, "x"):
        assert rep_client.post(f"/inbox/{lead.pk}/accept", {"seen": seen}).status_code == 404
    assert rep_client.get(f"/inbox/{lead.pk}").status_code == 404


def test_a_team_that_pulls_takes_the_next_best_or_says_why_not(rep_client, rep, team):
    TeamTerms.objects.update_or_create(team=team, defaults={"handing": "pull"})
    best, second = a_lead(total=90), a_lead(total=60)
    answer = rep_client.post(f"/inbox/{second.pk}/accept", {"seen": 1})
    assert answer.status_code == 409
    assert str(best.person) in answer.content.decode()
    assert rep_client.post(f"/inbox/{best.pk}/pass", {"seen": 1, "why": ""}).status_code == 422
    rep_client.post(f"/inbox/{best.pk}/pass", {"seen": 1, "why": "I worked there"})
    assert PassedUp.objects.get().why == "I worked there"
    assert leads_on(rep_client.get("/inbox")) == [second.pk]
    assert rep_client.post(f"/inbox/{second.pk}/accept", {"seen": 1}).status_code == 302


def test_the_list_is_sent_again_only_where_it_changed(rep_client):
    lead = a_lead(total=60)
    known = rep_client.get("/inbox").context["desktop"].fingerprint
    rows = reverse("inbox-rows")
    assert rep_client.get(rows, {"known": known}).status_code == 204
    better = a_lead(total=90)
    answer = rep_client.get(rows, {"known": known})
    assert leads_on(answer) == [better.pk, lead.pk]
    assert 'id="views" hx-swap-oob' in answer.content.decode()


def test_views_are_saved_for_oneself_and_keys_turned_off(rep_client, rep, client_of, user_of):
    rep_client.post("/inbox/views/save?view=queue&grade=A", {"name": "A only"})
    rep_client.post("/inbox/views/save?view=queue&grade=B&page=2", {"name": "B only"})
    rep_client.post("/inbox/views/save?view=all&grade=A", {"name": "A only"})
    page = rep_client.get("/inbox?grade=A&view=all")
    assert [(v["label"], v["is_current"]) for v in page.context["desktop"].saved] == [
        ("B only", False),
        ("A only", True),
    ]
    rep_client.post("/inbox/views/forget", {"name": "B only"})
    rep_client.post("/inbox/keys", {"fire": "no"})
    assert 'data-keys="off"' in rep_client.get("/inbox").content.decode()
    assert [view["name"] for view in Desk.objects.get(user=rep).views] == ["A only"]
    other = client_of(user_of(Role.REP)).get("/inbox")
    assert (other.context["desktop"].saved, 'data-keys="on"' in other.content.decode()) == (
        [],
        True,
    )


def test_the_clocks_of_other_teams_leads_are_not_told(rep_client, rep_of_other_team):
    mine, theirs = a_lead(), an_accepted_lead(by=rep_of_other_team)
    page = rep_client.get("/inbox/clocks", {"lead": [mine.pk, theirs.pk, "x"]}).content.decode()
    assert f"clock-{mine.pk}" in page
    assert f"clock-{theirs.pk}" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=quist", True),
        ("q=vera acme", True),
        ("q=vera nobody", False),
        ("least=60", True),
        ("least=64", False),
        ("region=north", True),
        ("region=south", False),
        ("age=today", False),
        ("age=older", True),
        ("least=x&age=y&sort=z", True),
    ],
)
def test_filters(rep_client, query, found):
    company = a_company(name="Acme", region="North")
    lead = a_lead(a_contact(first_name="Vera", last_name="Quist", company=company))
    assert leads_on(rep_client.get(f"/inbox?{query}")) == ([lead.pk] if found else [])


@pytest.mark.parametrize("nonsense", ["", "x", "9" * 25, f"{'9' * 25}:1", f"1:{'9' * 25}", "²:1"])
def test_what_names_no_lead_changes_nothing(rep_client, nonsense):
    lead = a_lead()
    sent = {"chosen": [nonsense], "action": "accept", "transitions": nonsense, "seen": nonsense}
    assert rep_client.post("/inbox/bulk", sent, follow=True).status_code == 200
    assert rep_client.post("/inbox/undo", sent, follow=True).status_code == 200
    assert rep_client.get("/inbox/clocks", {"lead": nonsense}).status_code == 200
    assert lead.transitions.count() == 1
