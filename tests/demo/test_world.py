"""A demo world of a sixth of the size shows what the whole one shows, and goes away whole."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from handoff.inbox.page import Desktop
from handoff.models import CustomerAlert, Lead, Stage
from handoff.sla.clocks import clocks_of
from leadhub.demo import campaign, cast, definitions, going_on, places, removal, staff, world
from leadhub.demo.models import DemoWorld
from leadhub.demo.people import DAYS
from leadhub.records.models import Company, Contact, Event, Source
from leadhub.sweep import sweep
from leadhub.users.models import User
from scoring import versions
from scoring.hindsight import in_hindsight
from scoring.models import Definition, ScoreChange, Signal
from tests.demo.figures import kept_out, of_campaign, shares_of, since_campaign, sizes
from tests.demo.whole import empty, everything

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]

# A Sunday night: the queue must be full then too.
AT = datetime(2026, 3, 1, 22, 40, tzinfo=UTC)
SCALE = 0.15
COARSE = ((DAYS, 28.0), (84, 7.0), (8, 4.0))
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The world, made once for all tests here: each takes back what it changes."""
    with django_db_blocker.unblock():
        yield world.make(at=AT, scale=SCALE, paces=COARSE)
        removal.remove(at=AT)
        empty()


def lead_of(user: str) -> Lead:
    return Lead.objects.filter(contact__user_ids__value=user).latest("handed_over_at")


def test_it_is_as_large_as_it_says(made):
    assert sizes() == {
        "contacts": pytest.approx(12_000 * SCALE, rel=0.1),
        "events": pytest.approx(120_000 * SCALE, rel=0.1),
        "leads": pytest.approx(1_200 * SCALE, rel=0.2),
    }


def test_of_its_mqls_three_in_five_are_accepted_half_promoted_and_a_fifth_won(made):
    shares = shares_of(Lead.objects.all())
    assert shares.accepted == pytest.approx(0.60, abs=0.08)
    assert shares.promoted == pytest.approx(0.50, abs=0.12)
    assert shares.won == pytest.approx(0.22, abs=0.15)


def test_the_campaign_floods_sales_with_poor_fits(made):
    theirs = shares_of(of_campaign())
    others = shares_of(since_campaign(AT).exclude(pk__in=of_campaign()))
    assert theirs.accepted == pytest.approx(0.35, abs=0.15)
    assert others.accepted > theirs.accepted + 0.15
    rejected = of_campaign().filter(stage=Stage.RECYCLED)
    assert rejected.filter(reason__name="Not our ICP").count() > rejected.count() / 2


def test_worth_less_its_signal_would_have_kept_them_out_and_no_buyer(made):
    out = Lead.objects.filter(pk__in=kept_out(points=5))
    assert out.count() > of_campaign().count() / 2
    assert not out.exclude(contact__user_ids__value__startswith="demo-syndicated-poor")
    assert not out.filter(stage=Stage.WON)


def test_its_drafts_show_what_mends_it(made):
    live = versions.definition_of(versions.live_definition())
    seen = {
        draft.name: in_hindsight(versions.definition_of(draft), live=live, day=AT.date())
        for draft in Definition.objects.filter(status="draft")
    }
    higher, lower = seen[definitions.HIGHER], seen[definitions.LOWER]
    assert lower.kept_out["rejected"] > lower.came["rejected"] / 3
    assert not lower.kept_out["won"]
    assert lower.accepted_then > lower.accepted + 0.05
    assert higher.kept_out["sql"] > lower.kept_out["sql"]


def test_the_tour_leads_to_the_actual_places(made):
    rep, marketer = (User.objects.get(name=name) for name in (staff.REPS[0], staff.MARKETER))
    best, poor = (int(places.best_lead(rep, AT).address.split("/")[-1]),
                  int(places.poor_lead(rep, AT).address.split("/")[-1]))  # fmt: skip
    assert best == Desktop(rep, QueryDict(), AT).page.rows[0].pk
    assert Lead.objects.get(pk=poor).contact.campaign == campaign.NAME
    signal = Signal.objects.get(name=definitions.SYNDICATION)
    behind = places.signal_behind_rejections(marketer, AT)
    assert behind.address.endswith(f"/signal/{signal.pk}/change/")
    assert re.fullmatch(
        r"(\d+) of (\d+) had it: [\d,]+ of their [\d,]+ points of behaviour\.",
        behind.figures,
    )
    lower = Definition.objects.get(name=definitions.LOWER)
    assert places.lower_weight(marketer, AT).address.endswith(f"/definition/{lower.pk}/publish/")


def test_two_versions_have_been_live_and_the_ledger_names_both(made):
    live = Definition.objects.order_by("version").values_list("version", "status")
    assert list(live) == [(1, "retired"), (2, "live"), (3, "draft"), (4, "draft")]
    named = ScoreChange.objects.order_by().values_list("definition__version", flat=True).distinct()
    assert set(named) == {1, 2}


def test_everything_came_in_when_it_happened(made):
    late = [
        (event.occurred_at, event.received_at)
        for event in Event.objects.all()
        if not timedelta(0)
        <= event.received_at - event.occurred_at
        <= timedelta(hours=1, seconds=2)
    ]
    assert not late
    assert not Event.objects.filter(received_at__gt=AT)


def test_those_whom_the_mission_warns_of_are_no_leads(made):
    for part in ("student", "rival", "seeker"):
        people = Contact.objects.filter(user_ids__value__startswith=f"demo-{part}-")
        assert people.exists()
        assert not Lead.objects.filter(contact__in=people)
    assert Event.objects.filter(is_bot=True).exists()


def test_what_its_leads_were_scored_by_was_known_when_they_came(made):
    assert not Lead.objects.exclude(receipt__assumed=[])


def test_the_queue_is_full_also_on_a_sunday_night(made):
    """25 to 60 in the whole world; those of whom there is always one are no fewer here."""
    always_there = 6
    queued = Lead.objects.filter(stage=Stage.QUEUED).count()
    assert 25 * SCALE <= queued <= 60 * SCALE + always_there


def test_one_who_asked_for_sales_can_still_be_answered_and_another_is_overdue(made):
    raised, overdue = lead_of(cast.HAND_RAISED), lead_of(cast.OVERDUE)
    assert {raised.stage, overdue.stage} == {Stage.QUEUED}
    clocks = clocks_of([raised, overdue], at=AT)
    assert clocks[raised.pk].response.is_running
    assert 0 < clocks[raised.pk].response.minutes_left <= 15
    assert clocks[overdue.pk].response.is_overdue


def test_a_lead_returns_with_its_old_verdict_and_another_waits_for_data(made):
    returned = lead_of(cast.RETURNING)
    assert (returned.stage, returned.previous.reason.name) == (Stage.QUEUED, "Bad timing")
    assert lead_of(cast.INCOMPLETE).stage == Stage.WAITING


def test_three_people_of_one_company_are_active(made):
    trio = [lead_of(user) for user in cast.TRIO]
    assert {lead.stage for lead in trio} == {Stage.QUEUED}
    assert len({lead.contact.company_id for lead in trio}) == 1


def test_what_a_customer_does_is_an_alert_and_no_lead(made):
    assert lead_of(cast.CUSTOMER).stage == Stage.WON
    assert CustomerAlert.objects.filter(contact__user_ids__value=cast.COLLEAGUE).exists()
    assert not Lead.objects.filter(contact__user_ids__value=cast.COLLEAGUE)


def test_every_address_is_one_that_nobody_can_have(made):
    assert not Contact.objects.exclude(email__endswith=".example")
    assert not User.objects.filter(pk__in=made.made["users.User"]).exclude(
        email__endswith=".example"
    )


def test_it_goes_on_by_itself(made):
    before = Event.objects.count()
    for minute in range(1, 4):
        going_on.go_on(at=AT + minute * MINUTE)
        assert sweep(at=AT + minute * MINUTE)
    assert Event.objects.count() > before
    queued = Lead.objects.filter(stage=Stage.QUEUED)
    assert queued.filter(handed_over_at__gt=AT).exists()


def test_removal_leaves_what_was_there_and_nothing_else(made):
    own = Source.objects.create(name="Our shop", kind=Source.Kind.SERVER)
    someone = Contact.objects.create(email="real@customer.test")
    removal.remove(at=AT)
    assert not DemoWorld.objects.exists()
    assert list(Contact.objects.all()) == [someone]
    assert list(Source.objects.filter(kind__in=["browser", "server"])) == [own]
    left = everything(without={"Contact", "Source", "Freshness"})
    assert {table: rows for table, rows in left.items() if table not in STARTER} == {}
    assert [d.status for d in Definition.objects.all()] == ["live"]
    assert not Signal.objects.filter(name__contains="syndication")
    assert not Company.objects.exists()


STARTER = {
    "Definition", "Disqualifier", "FitCriterion", "FitGroup", "Signal", "SignalWeight", "Team",
    "RejectionReason", "ServiceLevel", "Heartbeat",
}  # fmt: skip


def test_a_world_needs_an_empty_leadhub(made):
    with pytest.raises(world.CannotMake):
        world.make(at=AT, scale=SCALE)


def test_the_campaign_began_when_the_definition_had_changed(made):
    second = Definition.objects.get(version=2)
    first_lead = of_campaign().earliest("handed_over_at")
    assert second.live_from < first_lead.handed_over_at
    assert first_lead.definition == second
    assert campaign.WEEKS == 12
