"""What is told, to whom, once; and what nobody is told of."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handoff.leads.verdicts import reject
from handoff.models import (
    Channel,
    Lead,
    Muted,
    Note,
    Notice,
    NoticeKind,
    RejectionReason,
    ServiceLevel,
    Stage,
    TeamWebhook,
)
from handoff.notices import finding
from handoff.notices.finding import tell, tell_of_clocks, tell_of_customers
from leadhub.records.models import Company, Opportunity
from leadhub.users.models import Role, User
from tests.handoff.builders import (
    DAY,
    HOUR,
    NOW,
    a_company,
    a_contact,
    a_lead,
    a_reason,
    a_signal,
    a_tally,
    a_team,
    a_user,
    an_accepted_lead,
    the_definition,
)

pytestmark = pytest.mark.django_db
State = Notice.State
SECOND = timedelta(seconds=1)


def told(**wanted) -> list[tuple]:
    """Person, channel and title of what was written, in order."""
    rows = Notice.objects.filter(**wanted).exclude(state=State.OFF).order_by("pk")
    return [(row.person, row.channel, row.title) for row in rows]


def test_a_new_lead_is_told_to_its_owner_once(sold_by, team):
    contact = a_contact(first_name="Ada", last_name="Quist", company=a_company(name="Corvo"))
    a_lead(contact, owner=sold_by, team=team, why="Webinar booked +20 = 60")
    assert tell(at=NOW) == 1
    assert told() == [(sold_by, Channel.APP, "New lead: Ada Quist, Corvo")]
    assert Notice.objects.get().text == "Webinar booked +20 = 60"
    assert tell(at=NOW + HOUR) == 0


def test_who_gets_the_lead_later_is_told_too(sold_by, team):
    lead = a_lead(owner=sold_by, team=team)
    tell(at=NOW)
    other = a_user("Other", team=team)
    Lead.objects.update(owner=other)
    assert tell(at=NOW + HOUR) == 1
    assert [person for person, _, _ in told(lead=lead)] == [sold_by, other]


def test_nobodys_lead_is_looked_at_once_and_told_when_it_has_an_owner(sold_by):
    a_lead()
    tell(at=NOW)
    assert told() == []
    assert tell(at=NOW) == 0
    Lead.objects.update(owner=sold_by)
    assert tell(at=NOW) == 1


def test_old_news_is_none(sold_by):
    a_lead(owner=sold_by, at=NOW - 2 * DAY)
    a_lead(owner=sold_by, at=NOW, stage=Stage.EXPIRED)
    assert tell(at=NOW) == 0


def test_what_may_still_be_undone_is_told_to_nobody(sold_by, team):
    lead = a_lead(team=team)
    tell(at=NOW)
    passes_on = a_reason(RejectionReason.Kind.REQUEUE)
    reject(lead=lead, seen=1, by=a_user(team=team), at=NOW + HOUR, reason=passes_on)
    Lead.objects.update(owner=sold_by)
    assert tell(at=NOW + HOUR + 10 * SECOND) == 0
    assert tell(at=NOW + HOUR + 12 * SECOND) == 1


def test_a_hand_raise_without_an_owner_is_told_to_the_team_and_each_anew(team, sold_by):
    second = a_user("Second", team=team)
    a_user("Elsewhere", team=a_team())
    a_user("Manager", role=Role.MANAGER)
    raised = {"hand_raised_at": NOW, "hand_raise": "Demo requested"}
    lead = a_lead(a_contact(first_name="Ada"), team=team, **raised)
    tell(at=NOW)
    title = "Demo requested: Ada"
    assert told() == [(sold_by, Channel.APP, title), (second, Channel.APP, title)]
    assert tell(at=NOW) == 0
    Lead.objects.filter(pk=lead.pk).update(hand_raised_at=NOW + HOUR)
    assert tell(at=NOW + HOUR) == 2, "asking again is news"


def test_turned_off_is_told_to_nobody_and_not_found_again(sold_by, by_email):
    for channel in (Channel.APP, Channel.EMAIL):
        Muted.objects.create(person=sold_by, kind=NoticeKind.NEW_LEAD, channel=channel)
    a_lead(owner=sold_by)
    tell(at=NOW)
    assert told() == []
    assert tell(at=NOW) == 0


def test_who_has_left_is_told_nothing(sold_by):
    a_lead(owner=sold_by)
    User.objects.update(is_active=False)
    tell(at=NOW)
    assert told() == []


def test_the_teams_webhook_is_told_and_others_are_not(team, by_email):
    def a_webhook(name, **fields):
        return TeamWebhook.objects.create(name=name, url="https://hooks.example.com/", **fields)

    own, common = a_webhook("North", team=team), a_webhook("Common")
    a_webhook("Elsewhere", team=a_team())
    a_webhook("Off", team=team, is_active=False)
    a_lead(team=team)
    a_lead()
    tell(at=NOW)
    webhooks = Notice.objects.filter(channel=Channel.WEBHOOK).order_by("pk")
    assert [row.webhook for row in webhooks] == [own, common]
    assert tell(at=NOW) == 0


def test_many_at_once_are_one_e_mail(sold_by, by_email):
    for number in range(12):
        a_lead(a_contact(first_name=f"Person {number}"), owner=sold_by)
    tell(at=NOW)
    assert len(told(channel=Channel.APP)) == 12
    ((_, _, title),) = told(channel=Channel.EMAIL)
    assert title == "12 new leads"
    text = Notice.objects.get(channel=Channel.EMAIL, state=State.WAITING).text
    assert text.count("New lead:") == 10
    assert text.endswith("… and 2 more")
    assert tell(at=NOW) == 0


def test_a_name_is_one_line(sold_by):
    a_lead(a_contact(first_name="Ada\r\nBcc: everyone@example.com"), owner=sold_by)
    tell(at=NOW)
    assert told()[0][2] == "New lead: Ada Bcc: everyone@example.com"


def test_what_one_kind_stumbles_over_keeps_no_other_from_being_told(sold_by, monkeypatch):
    def stumbles(*, at, limit):
        raise ValueError("a lead like no other")

    monkeypatch.setattr(finding, "hand_raises", stumbles)
    a_lead(owner=sold_by)
    assert tell(at=NOW) == 1


def test_as_many_queries_for_many_as_for_few(sold_by, team, by_email):
    def queries(number):
        for _ in range(number):
            a_lead(owner=sold_by, team=team)
            a_lead(team=team, hand_raised_at=NOW, hand_raise="Demo requested")
        with CaptureQueriesContext(connection) as captured:
            assert tell(at=NOW)
        return len(captured)

    queries(4)
    assert queries(4) == queries(20)


def test_marketings_answer_is_told_to_who_rejected(sold_by, marketer):
    lead = a_lead(a_contact(first_name="Ada"))
    reject(lead=lead, seen=1, by=sold_by, at=NOW, reason=a_reason())
    Note.objects.create(lead=lead, by=marketer, at=NOW + HOUR, text="They bought last week.")
    Note.objects.create(lead=lead, by=sold_by, at=NOW + HOUR, text="My own.")
    tell(at=NOW + HOUR)
    ((person, _, title),) = told(kind=NoticeKind.ANSWER)
    assert (person, title) == (sold_by, f"{marketer} answered about Ada")
    assert tell(at=NOW + HOUR) == 0


# --- clocks ---


@pytest.fixture
def promised(db) -> ServiceLevel:
    ServiceLevel.objects.all().delete()
    return ServiceLevel.objects.create(
        name="Everyone", response_minutes=60, verdict_minutes=None, due_soon_minutes=20
    )


def test_due_soon_and_breach_are_told_once_each(promised, sold_by, team):
    manager = a_user("Manager", role=Role.MANAGER)
    a_lead(a_contact(first_name="Ada"), owner=sold_by, team=team, at=NOW)
    minutes = [tell_of_clocks(at=NOW + timedelta(minutes=m)) for m in (30, 45, 50, 61, 62, 90)]
    assert minutes == [0, 1, 0, 2, 0, 0]
    assert [(person, title.split(",")[0][:23]) for person, _, title in told()] == [
        (sold_by, "An answer to Ada is due"),
        (sold_by, "An answer to Ada was du"),
        (manager, "An answer to Ada was du"),
    ]


def test_a_breach_that_is_not_escalated_is_the_owners_alone(promised, sold_by):
    ServiceLevel.objects.update(escalates=False)
    a_user("Manager", role=Role.MANAGER)
    a_lead(owner=sold_by, at=NOW)
    assert tell_of_clocks(at=NOW + 2 * HOUR) == 1


def test_clocks_of_many_leads_cost_no_more_queries(promised, sold_by):
    def queries(number):
        for _ in range(number):
            a_lead(owner=sold_by, at=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert tell_of_clocks(at=NOW + 2 * HOUR) == number
        return len(captured)

    queries(2)
    assert queries(2) == queries(20)


# --- customers ---


def a_customer(owner=None, **fields):
    return a_contact(company=a_company(status=Company.Status.CUSTOMER, owner=owner), **fields)


def test_what_a_customer_does_alerts_the_owner_once_a_day(sold_by):
    the_definition()
    contact = a_customer(sold_by, first_name="Ada")
    a_tally(contact, NOW - HOUR)
    a_tally(contact, NOW - HOUR, a_signal("Pricing page visited"))
    a_tally(contact, NOW - 20 * DAY, a_signal("Whitepaper downloaded"))
    tell_of_customers(at=NOW)
    ((person, _, title),) = told(kind=NoticeKind.ALERT)
    assert (person, title) == (sold_by, f"Your customer {contact.company}: Ada")
    assert Notice.objects.get().text == "Webinar booked, Pricing page visited"
    assert tell_of_customers(at=NOW) == 0
    a_tally(contact, NOW + DAY)
    assert tell_of_customers(at=NOW + DAY) == 1


def test_shallow_signals_and_prospects_alert_nobody(sold_by):
    a_tally(a_customer(sold_by), NOW, a_signal("E-mail link clicked"))
    a_tally(a_contact(company=a_company(owner=sold_by)), NOW)
    a_tally(a_contact(), NOW)
    assert tell_of_customers(at=NOW) == 0


def test_where_nobody_owns_the_company_its_deals_owner_hears(sold_by):
    company = a_company()
    Opportunity.objects.create(company=company, name="Renewal", owner=sold_by)
    a_tally(a_contact(company=company), NOW)
    tell_of_customers(at=NOW)
    assert [person for person, _, _ in told()] == [sold_by]


def test_whom_it_belongs_to_from_now_on_is_told(sold_by):
    contact = a_customer()
    a_tally(contact, NOW)
    assert tell_of_customers(at=NOW) == 0
    Company.objects.filter(pk=contact.company_id).update(owner=sold_by)
    assert tell_of_customers(at=NOW) == 1


def test_the_list_of_customers_signals(client_of, sold_by, manager_client):
    from django.utils import timezone

    at = timezone.now()
    mine, other, nobodys = a_customer(sold_by), a_customer(a_user()), a_customer()
    for contact in (mine, other, nobodys):
        a_tally(contact, at)
    tell_of_customers(at=at)
    seen = client_of(sold_by).get("/customers")
    assert [alert.contact for alert, _ in seen.context["rows"]] == [mine]
    assert b"Webinar booked" in seen.content
    everyones = manager_client.get("/customers").context["rows"]
    assert {alert.contact for alert, _ in everyones} == {mine, other, nobodys}
    alert = seen.context["rows"][0][0]
    others = next(a for a, _ in everyones if a.contact == other)
    assert client_of(sold_by).post(f"/customers/{others.pk}/dismiss").status_code == 404
    client_of(sold_by).post(f"/customers/{alert.pk}/dismiss")
    assert not client_of(sold_by).get("/customers").context["rows"]


def test_the_list_costs_the_same_however_long(manager_client, sold_by):
    from django.utils import timezone

    def queries(number):
        for _ in range(number):
            a_tally(a_customer(sold_by), timezone.now())
        tell_of_customers(at=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            assert len(manager_client.get("/customers").context["rows"]) >= number
        return len(captured)

    queries(1)
    assert queries(2) == queries(20)


def test_an_accepted_lead_is_no_new_lead(sold_by):
    an_accepted_lead(by=sold_by, at=NOW)
    assert tell(at=NOW + 2 * HOUR) == 0


def test_while_there_is_no_news_telling_asks_next_to_nothing(sold_by, django_assert_num_queries):
    a_lead(owner=sold_by, at=NOW - 2 * DAY)
    with django_assert_num_queries(2):
        assert tell(at=NOW) == 0
